import { quantile } from '../stats/quantile.ts';
import { countInBins } from '../stats/quantile-bins.ts';
import { sharesOf } from '../stats/shares.ts';
import type { ErrorHistogram } from './report.ts';

const BINS = 20;

/** Bins of equal width up to where both sides' 99.5 % and the threshold lie; the last one is open. Both sorted, not empty. */
export function errorHistogram(
  of: ErrorHistogram['of'],
  reference: Float64Array,
  current: Float64Array,
  threshold: number,
): ErrorHistogram {
  const low = Math.min(reference[0]!, current[0]!);
  // Far errors would flatten the picture: they fall into the last bin.
  const far = Math.max(quantile(reference, 0.995), quantile(current, 0.95), threshold);
  const high = far > low ? far : low + 1;
  const edges = Float64Array.from({ length: BINS - 1 }, (_, i) => low + ((high - low) * (i + 1)) / BINS);
  const shares = (sorted: Float64Array) => [...sharesOf(countInBins(sorted, edges))];
  return {
    of,
    edges: [...edges],
    shares: { reference: shares(reference), current: shares(current) },
    threshold,
  };
}
