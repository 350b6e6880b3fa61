// Numbers in the sentences of gates.

/** Three decimals, more for small numbers: 0.833, 12.5, 0.00042. */
export function short(value: number): string {
  if (value === 0 || Math.abs(value) >= 0.01) return String(Number(value.toFixed(3)));
  return String(Number(value.toPrecision(2)));
}

/** As short as still tells `value` from `limit`: never "0.9 is under min 0.9". */
export function apart(value: number, limit: number): string {
  for (let digits = 3; digits < 12; digits++) {
    const text = Number(value.toFixed(digits));
    if (text !== limit && text !== 0) return String(text);
  }
  return String(value);
}
