// How much the metrics of classes vary by chance, from rows with labels: V of a standard error √(V / n), as NannyML has them.
import type { Random } from '../../util/random.ts';
import { standardDeviation } from '../stats/moments.ts';
import { sampleRows } from '../stats/sample.ts';
import type { OneVsRest } from './one-vs-rest.ts';
import { type Ordered, orderByScore, softAveragePrecision, softRanking } from './soft-curves.ts';

/** Of a share over the `relevant` ones of `rows` rows. */
export function rateVariance(hits: number, relevant: number, rows: number): number {
  const share = hits / relevant;
  return (share * (1 - share)) / (relevant / rows);
}

/**
 * Of the area under the ROC curve: each row of the rarer side has below it some share of the other side, the area is the
 * mean of these shares (Mann and Whitney), so its error is that of a mean.
 */
export function rankVariance({ scores, chances }: Ordered): number {
  const rows = scores.length;
  let positives = 0;
  for (let i = 0; i < rows; i++) positives += chances[i]!;
  const rare = positives / rows > 0.5 ? 0 : 1;
  const count = rare === 1 ? positives : rows - positives;
  if (count === 0 || count === rows) return Number.NaN;
  const below = new Float64Array(count);
  let at = 0;
  let passed = 0;
  for (let start = 0; start < rows; ) {
    let end = start;
    let others = 0;
    let found = 0;
    for (; end < rows && scores[end] === scores[start]; end++)
      if (chances[end] === rare) found++;
      else others++;
    below.fill((passed + others / 2) / (rows - count), at, at + found);
    at += found;
    passed += others;
    start = end;
  }
  return standardDeviation(below) ** 2 / (count / rows);
}

const RESAMPLES = 50;
const MAX_RESAMPLE = 50_000;

/** Of average precision there is no formula: the spread over 50 resamples of half the rows, or of half of 100,000. */
export function averagePrecisionVariance(one: OneVsRest, all: Int32Array, random: Random): number {
  const rows = Int32Array.from(sampleRows(all.length, 2 * MAX_RESAMPLE, random), (at) => all[at]!);
  const size = rows.length >> 1;
  const ordered = orderByScore(one, rows);
  const found: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const times = new Uint32Array(rows.length);
    for (let drawn = 0; drawn < size; drawn++) times[random.below(rows.length)]!++;
    const value = softAveragePrecision(softRanking(ordered, times));
    if (typeof value === 'number') found.push(value);
  }
  return found.length < 2 ? Number.NaN : standardDeviation(Float64Array.from(found)) ** 2 * size;
}
