import { randomFrom } from '../../util/random.ts';
import { sampleRows } from '../stats/sample.ts';

/** Two halves of the rows 0…n−1, by chance: what is found on the first is confirmed on the second. Ascending. */
export function halves(n: number, seed: number): readonly [Int32Array, Int32Array] {
  const first = sampleRows(n, Math.ceil(n / 2), randomFrom(seed));
  const second = new Int32Array(n - first.length);
  let at = 0;
  let found = 0;
  for (let row = 0; row < n; row++) {
    if (first[at] === row) at++;
    else second[found++] = row;
  }
  return [first, second];
}
