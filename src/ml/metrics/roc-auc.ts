import { type ClassificationData, type Computed, unavailable } from './data.ts';
import type { ByPlace, RankedRows } from './ranking.ts';

/**
 * Area under the ROC curve by trapezoids, so that tied scores count half: roc_auc_score.
 *
 * @param weights by place
 */
export function areaUnderRoc({ last, hits }: RankedRows, weights: Float64Array | null): Computed {
  let area = 0;
  let positives = 0;
  let others = 0;
  // Of the rows that share a score.
  let tiedHits = 0;
  let tied = 0;
  for (let at = 0; at < last.length; at++) {
    const weight = weights === null ? 1 : weights[at]!;
    tied += weight;
    tiedHits += weight * hits[at]!;
    if (last[at] === 0) continue;
    const tiedOthers = tied - tiedHits;
    area += tiedOthers * (positives + tiedHits / 2);
    positives += tiedHits;
    others += tiedOthers;
    tied = 0;
    tiedHits = 0;
  }
  if (positives === 0) return { unavailable: 'no row is of the class' };
  if (others === 0) return { unavailable: 'every row is of the class' };
  return area / (positives * others);
}

/** Ranks the rows for a class; each class once, however many metrics ask. */
export type RankedFor = (label: number) => RankedRows;

/** As `Weighed`, of ranked rows. */
export type RankedWeighed = (weights: Float64Array | null, byPlace: ByPlace) => Computed;

export function rocAuc({ scores, positive }: ClassificationData, rankedFor: RankedFor): RankedWeighed {
  if (scores === null || positive === null) return unavailable('there are no scores');
  const ranked = rankedFor(positive);
  return (_, byPlace) => areaUnderRoc(ranked, byPlace(ranked));
}

/** Mean over the classes, each against the rest: roc_auc_score(multi_class="ovr", average="macro"). */
export function rocAucOvr({ scores, classes }: ClassificationData, rankedFor: RankedFor): RankedWeighed {
  if (scores === null) return unavailable('there are no scores');
  const ranked = Array.from({ length: classes }, (_, label) => rankedFor(label));
  return (_, byPlace) => {
    let sum = 0;
    for (const each of ranked) {
      const area = areaUnderRoc(each, byPlace(each));
      if (typeof area !== 'number') return { unavailable: `a class cannot be ranked: ${area.unavailable}` };
      sum += area;
    }
    return sum / classes;
  };
}
