/** The row indexes `start` to `end`, without `end`. */
export function rowsFrom(start: number, end: number): Int32Array {
  const rows = new Int32Array(end - start);
  for (let i = 0; i < rows.length; i++) rows[i] = start + i;
  return rows;
}
