// Bins with about equal shares of the reference. Both ends are open, so every value of any other sample has a bin;
// bin i holds edges[i−1] < x ≤ edges[i].
import { quantile } from './quantile.ts';

/** Inner edges of at most `bins` bins, none of them empty in the reference: ties make fewer. */
export function quantileEdges(sorted: Float64Array, bins: number): Float64Array {
  const edges: number[] = [];
  let below = 0;
  for (let i = 1; i < bins; i++) {
    const edge = quantile(sorted, i / bins);
    const upTo = countUpTo(sorted, edge);
    if (upTo > below && upTo < sorted.length) {
      edges.push(edge);
      below = upTo;
    }
  }
  return Float64Array.from(edges);
}

/** How many values fall into each bin: edges.length + 1 counts. */
export function countInBins(sorted: Float64Array, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  let below = 0;
  for (let i = 0; i < edges.length; i++) {
    const upTo = countUpTo(sorted, edges[i]!);
    counts[i] = upTo - below;
    below = upTo;
  }
  counts[edges.length] = sorted.length - below;
  return counts;
}

/** How many sorted values are ≤ x. */
export function countUpTo(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
