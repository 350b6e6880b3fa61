// Areas under curves where the truth of a row is a chance. With chances of 0 and 1 they are the areas of scikit-learn.
import type { Computed } from '../metrics/data.ts';
import { gather } from '../stats/gather.ts';
import { ascending } from '../stats/order.ts';
import type { OneVsRest } from './one-vs-rest.ts';

/** Rows from the lowest score to the highest. */
export interface Ordered {
  /** Places in the array of rows. */
  readonly places: Uint32Array;
  readonly scores: Float64Array;
  readonly chances: Float64Array;
}

/** Rows by score, the highest first, as sums at the end of each group of equal scores. */
export interface SoftRanking {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/** `times` a row counts, by its place in `rows`; without, each counts once. */
export function softRanking({ places, scores, chances }: Ordered, times?: Uint32Array): SoftRanking {
  const truePositives = new Float64Array(places.length);
  const falsePositives = new Float64Array(places.length);
  let groups = 0;
  let positive = 0;
  let count = 0;
  let told = 0;
  for (let i = places.length - 1; i >= 0; i--) {
    const weight = times ? times[places[i]!]! : 1;
    positive += weight * chances[i]!;
    count += weight;
    if (i > 0 && scores[i - 1] === scores[i]) continue;
    if (count === told) continue; // no row of this score was drawn
    told = count;
    truePositives[groups] = rounded5(positive);
    falsePositives[groups++] = rounded5(count - positive);
  }
  return {
    truePositives: truePositives.subarray(0, groups),
    falsePositives: falsePositives.subarray(0, groups),
  };
}

/** NannyML rounds its sums to five digits, so that none seems to fall; whole numbers stay what they are. */
function rounded5(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** What is asked of them again and again lies one after the other from here on. */
export function orderByScore({ score, chance }: OneVsRest, rows: Int32Array): Ordered {
  const scores = gather(score!, rows);
  const places = ascending(scores);
  return { places, scores: gather(scores, places), chances: gather(gather(chance, rows), places) };
}

export function softRocAuc({ truePositives, falsePositives }: SoftRanking): Computed {
  const positives = truePositives.at(-1) ?? 0;
  const others = falsePositives.at(-1) ?? 0;
  if (!(positives > 0 && others > 0)) return { unavailable: 'only one class occurs' };
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

export function softAveragePrecision({ truePositives, falsePositives }: SoftRanking): Computed {
  const positives = truePositives.at(-1) ?? 0;
  if (!(positives > 0)) return { unavailable: 'no row is of the class' };
  let sum = 0;
  let last = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const found = truePositives[i]!;
    if (found !== last) sum += ((found - last) / positives) * (found / (found + falsePositives[i]!));
    last = found;
  }
  return sum;
}
