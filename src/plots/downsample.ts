// Fewer points with the same look: Largest Triangle Three Buckets (Steinarsson 2013, "Downsampling Time Series for
// Visual Representation", section 4.2). The first and last stay; of each bucket the point stays that spans the largest
// triangle with the last one kept and the mean of the next bucket.
import type { Track, XY } from './track.ts';

/** Places of at most `most` points, at least 3; all where there are no more. The track is in order. */
export function downsample(track: Track, most: number): readonly number[] {
  const { xs, ys } = track;
  const count = xs.length;
  if (count <= most) return Array.from(xs, (_, at) => at);
  const kept = [0];
  const size = (count - 2) / (most - 2);
  const edge = (bucket: number): number => Math.floor(bucket * size) + 1;
  for (let bucket = 0; bucket < most - 2; bucket++) {
    const [nextX, nextY] = meanOf(track, edge(bucket + 1), Math.min(edge(bucket + 2), count));
    const last = kept.at(-1)!;
    const [lastX, lastY] = [xs[last]!, ys[last]!];
    let best = edge(bucket);
    let largest = -1;
    for (let at = best; at < edge(bucket + 1); at++) {
      const area = Math.abs((lastX - nextX) * (ys[at]! - lastY) - (lastX - xs[at]!) * (nextY - lastY));
      if (area > largest) {
        largest = area;
        best = at;
      }
    }
    kept.push(best);
  }
  kept.push(count - 1);
  return kept;
}

function meanOf({ xs, ys }: Track, from: number, to: number): XY {
  let [x, y] = [0, 0];
  for (let at = from; at < to; at++) {
    x += xs[at]!;
    y += ys[at]!;
  }
  return [x / (to - from), y / (to - from)];
}
