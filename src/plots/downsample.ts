// Fewer points with the same look: Largest Triangle Three Buckets (Steinarsson 2013, "Downsampling Time Series for
// Visual Representation", section 4.2). The first and last stay; of each bucket the point stays that spans the largest
// triangle with the last one kept and the mean of the next bucket.

export type XY = readonly [x: number, y: number];

/** `points` rise in x. At most `most` of them, at least 3. */
export function downsample(points: readonly XY[], most: number): readonly XY[] {
  if (points.length <= most) return points;
  const kept: XY[] = [points[0]!];
  const size = (points.length - 2) / (most - 2);
  const edge = (bucket: number): number => Math.floor(bucket * size) + 1;
  for (let bucket = 0; bucket < most - 2; bucket++) {
    const next = meanOf(points, edge(bucket + 1), Math.min(edge(bucket + 2), points.length));
    const last = kept.at(-1)!;
    let best = points[edge(bucket)]!;
    let largest = -1;
    for (let at = edge(bucket); at < edge(bucket + 1); at++) {
      const [x, y] = points[at]!;
      const area = Math.abs((last[0] - next[0]) * (y - last[1]) - (last[0] - x) * (next[1] - last[1]));
      if (area > largest) {
        largest = area;
        best = points[at]!;
      }
    }
    kept.push(best);
  }
  kept.push(points.at(-1)!);
  return kept;
}

function meanOf(points: readonly XY[], from: number, to: number): XY {
  let [x, y] = [0, 0];
  for (let at = from; at < to; at++) {
    x += points[at]![0];
    y += points[at]![1];
  }
  return [x / (to - from), y / (to - from)];
}
