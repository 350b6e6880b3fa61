import { type ClassificationData, type Computed, unavailable } from './data.ts';
import type { RankedRows } from './ranking.ts';
import type { RankedFor, RankedWeighed } from './roc-auc.ts';

/** Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ over the distinct scores, no interpolation: average_precision_score. */
export function averagePrecision(
  { scores, positive }: ClassificationData,
  rankedFor: RankedFor,
): RankedWeighed {
  if (scores === null || positive === null) return unavailable('there are no scores');
  const ranked = rankedFor(positive);
  return (_, byPlace) => averagePrecisionOf(ranked, byPlace(ranked));
}

/** @param weights by place */
function averagePrecisionOf({ last, hits }: RankedRows, weights: Float64Array | null): Computed {
  let sum = 0;
  let found = 0;
  let seen = 0;
  let before = 0;
  for (let at = 0; at < last.length; at++) {
    const weight = weights === null ? 1 : weights[at]!;
    seen += weight;
    found += weight * hits[at]!;
    if (last[at] === 0) continue;
    if (found > before) sum += (found - before) * (found / seen);
    before = found;
  }
  return found === 0 ? { unavailable: 'no row is positive' } : sum / found;
}
