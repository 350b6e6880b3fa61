// Categories into bins, the most frequent first, as LightGBM 4.5 does: bin 0 is for missing codes and for those too rare.
import { MIN_BIN_ROWS } from './boost-options.ts';

/** Codes by bin; bin 0 has none. */
export type CategoryBins = readonly number[];

/** Bins are kept as 16-bit numbers. */
const MOST_BINS = 65_535;

export function categoryBins(codes: Int32Array, maxBins: number): CategoryBins {
  const counts = new Map<number, number>();
  let rows = 0;
  for (const code of codes) {
    if (code < 0) continue;
    counts.set(code, (counts.get(code) ?? 0) + 1);
    rows++;
  }
  const ordered = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  // 99 % of the rows as float32 has it.
  const enough = Math.trunc(Math.fround(Math.fround(rows) * Math.fround(0.99)) + 0.5);
  const room = Math.min(ordered.length + (rows < codes.length ? 1 : 0), maxBins);
  const bins = [-1];
  let covered = 0;
  for (const [at, [code, count]] of ordered.entries()) {
    if (covered >= enough && bins.length >= room) break;
    if ((count < MIN_BIN_ROWS && at > 1) || bins.length >= MOST_BINS) break;
    bins.push(code);
    covered += count;
  }
  return bins;
}
