// Between which values a chunk is nothing unusual, from the chunks of the reference.
import { mean, standardDeviation } from '../stats/moments.ts';
import { quantile } from '../stats/quantile.ts';

/** Null: no limit on that side. */
export interface AlertLimits {
  readonly lower: number | null;
  readonly upper: number | null;
}

/** `sigma`: mean ± 3 standard deviations (divisor n) of the chunks, as NannyML; `percentile`: the middle 95 % of them. */
export type LimitRule = 'sigma' | 'percentile';

const FEWEST = 2;
const SIGMAS = 3;

/** @param range what the values can be: no limit lies outside. Without two chunks there are no limits. */
export function alertLimits(
  values: readonly number[],
  rule: LimitRule,
  [least, most]: readonly [number, number],
): AlertLimits {
  if (values.length < FEWEST) return { lower: null, upper: null };
  const [lower, upper] = rule === 'sigma' ? aroundMean(values) : middle(values);
  return { lower: Math.max(least, lower), upper: Math.min(most, upper) };
}

function aroundMean(values: readonly number[]): [number, number] {
  const all = Float64Array.from(values);
  const centre = mean(all);
  const reach = SIGMAS * standardDeviation(all);
  return [centre - reach, centre + reach];
}

function middle(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values).sort();
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

export function outside(value: number, { lower, upper }: AlertLimits): boolean {
  return (lower !== null && value < lower) || (upper !== null && value > upper);
}
