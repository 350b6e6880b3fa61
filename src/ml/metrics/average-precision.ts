import type { ClassificationData, Computed } from './data.ts';
import { rank } from './ranking.ts';

/** Σ (recallᵢ − recallᵢ₋₁) · precisionᵢ over the distinct scores, no interpolation: average_precision_score. */
export function averagePrecision({
  truth,
  scores,
  classes,
  positive,
  weights,
}: ClassificationData): Computed {
  if (scores === null || positive === null) return { unavailable: 'there are no scores' };
  const { truePositives, falsePositives } = rank(truth, scores, classes, positive, weights);
  const positives = truePositives.at(-1) ?? 0;
  if (positives === 0) return { unavailable: 'no row is positive' };
  let sum = 0;
  let last = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const found = truePositives[i]!;
    if (found > last) sum += ((found - last) / positives) * (found / (found + falsePositives[i]!));
    last = found;
  }
  return sum;
}
