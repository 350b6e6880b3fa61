import { type ClassificationData, type Computed, unavailable, type Weighed } from './data.ts';
import type { RankedRows } from './ranking.ts';
import type { RankedFor } from './roc-auc.ts';

/** Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ over the distinct scores, no interpolation: average_precision_score. */
export function averagePrecision({ scores, positive }: ClassificationData, rankedFor: RankedFor): Weighed {
  if (scores === null || positive === null) return unavailable('there are no scores');
  const ranked = rankedFor(positive);
  return (weights) => averagePrecisionOf(ranked, weights);
}

function averagePrecisionOf({ order, last, hits }: RankedRows, weights: Float64Array | null): Computed {
  let sum = 0;
  let found = 0;
  let seen = 0;
  let before = 0;
  for (let at = 0; at < order.length; at++) {
    const weight = weights === null ? 1 : weights[order[at]!]!;
    seen += weight;
    found += weight * hits[at]!;
    if (last[at] === 0) continue;
    if (found > before) sum += (found - before) * (found / seen);
    before = found;
  }
  return found === 0 ? { unavailable: 'no row is positive' } : sum / found;
}
