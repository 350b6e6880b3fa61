/** `values` at `rows`, in their order. A loop: `Float64Array.from` with a callback takes ten times as long for a million rows. */
export function gather(values: Float64Array, rows: Int32Array | Uint32Array): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = values[rows[i]!]!;
  return found;
}
