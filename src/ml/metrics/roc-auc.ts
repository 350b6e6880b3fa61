import type { ClassificationData, Computed } from './data.ts';
import { type Ranking, rank } from './ranking.ts';

/** Area under the ROC curve by trapezoids, so that tied scores count half: roc_auc_score. */
export function areaUnderRoc({ truePositives, falsePositives }: Ranking): Computed {
  const positives = truePositives.at(-1) ?? 0;
  const others = falsePositives.at(-1) ?? 0;
  if (positives === 0 || others === 0)
    return { unavailable: positives === 0 ? 'no row is of the class' : 'every row is of the class' };
  let area = 0;
  let lastTrue = 0;
  let lastFalse = 0;
  for (let i = 0; i < truePositives.length; i++) {
    area += ((falsePositives[i]! - lastFalse) * (truePositives[i]! + lastTrue)) / 2;
    lastTrue = truePositives[i]!;
    lastFalse = falsePositives[i]!;
  }
  return area / (positives * others);
}

export function rocAuc({ truth, scores, classes, positive, weights }: ClassificationData): Computed {
  if (scores === null || positive === null) return { unavailable: 'there are no scores' };
  return areaUnderRoc(rank(truth, scores, classes, positive, weights));
}

/** Mean over the classes, each against the rest: roc_auc_score(multi_class="ovr", average="macro"). */
export function rocAucOvr({ truth, scores, classes, weights }: ClassificationData): Computed {
  if (scores === null) return { unavailable: 'there are no scores' };
  let sum = 0;
  for (let label = 0; label < classes; label++) {
    const area = areaUnderRoc(rank(truth, scores, classes, label, weights));
    if (typeof area !== 'number') return { unavailable: `a class cannot be ranked: ${area.unavailable}` };
    sum += area;
  }
  return sum / classes;
}
