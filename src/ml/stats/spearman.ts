// Spearman's rank correlation: how far two columns rise together, whatever their scales.

/** Ranks from 1, ties share their mean rank. Agrees with scipy.stats.rankdata. */
function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, at) => at).sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let at = start; at < end; at++) ranked[order[at]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranked;
}

/**
 * Over the rows where both have a value; NaN with fewer than two of them, or when one is constant. Agrees with
 * scipy.stats.spearmanr.
 */
export function spearman(a: Float64Array, b: Float64Array): number {
  const both = Int32Array.from(a.keys()).filter((row) => !Number.isNaN(a[row]!) && !Number.isNaN(b[row]!));
  const [x, y] = [a, b].map((values) => ranks(Float64Array.from(both, (row) => values[row]!)));
  const middle = (both.length + 1) / 2;
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < both.length; at++) {
    const [dx, dy] = [x![at]! - middle, y![at]! - middle];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx === 0 || yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy);
}
