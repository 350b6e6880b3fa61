import type { Random } from '../../util/random.ts';

/** `k` of the rows 0…n−1 without repetition, ascending: Knuth's selection sampling (Algorithm S). All rows when k ≥ n. */
export function sampleRows(n: number, k: number, random: Random): Int32Array {
  const wanted = Math.min(k, n);
  const rows = new Int32Array(wanted);
  let found = 0;
  for (let row = 0; found < wanted; row++)
    if (k >= n || random.unit() * (n - row) < wanted - found) rows[found++] = row;
  return rows;
}
