/** Counts divided by their sum; all zero when there is nothing. */
export function sharesOf(counts: ArrayLike<number>): Float64Array {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return Float64Array.from(counts, (count) => (sum === 0 ? 0 : count / sum));
}
