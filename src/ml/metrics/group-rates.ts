// How differently a model treats groups of rows: the rates of each group, and how far the groups are apart. Names and
// formulas are fairlearn's, besides where a formula says nothing: those are null, not 0.

import { type BinaryCounts, RATES, ratio } from './binary-counts.ts';

type RateName = 'selection_rate' | 'true_positive_rate' | 'false_positive_rate' | 'precision' | 'base_rate';
type Rates = { readonly [name in RateName]: number | null };

export function ratesOf(counts: BinaryCounts): Rates {
  return {
    selection_rate: RATES.flagged(counts),
    true_positive_rate: RATES.recall(counts),
    false_positive_rate: RATES.false_positive_rate(counts),
    precision: RATES.precision(counts),
    base_rate: RATES.positive(counts),
  };
}

/** Between the groups; groups without a rate do not take part in what is made of it. null where fewer than two do. */
export function distancesOf(groups: readonly Rates[]): { readonly [metric: string]: number | null } {
  const rates = (name: RateName): number[] =>
    groups.flatMap((each) => (each[name] === null ? [] : [each[name]]));
  const [selection, recall, fallout] = [
    rates('selection_rate'),
    rates('true_positive_rate'),
    rates('false_positive_rate'),
  ];
  return {
    demographic_parity_difference: difference(selection),
    demographic_parity_ratio: quotient(selection),
    equal_opportunity_difference: difference(recall),
    equal_opportunity_ratio: quotient(recall),
    equalized_odds_difference: both(difference(recall), difference(fallout), Math.max),
    equalized_odds_ratio: both(quotient(recall), quotient(fallout), Math.min),
  };
}

/** Largest less smallest. */
export function difference(values: readonly number[]): number | null {
  return values.length < 2 ? null : Math.max(...values) - Math.min(...values);
}

/** Smallest by largest; null where all are 0. */
function quotient(values: readonly number[]): number | null {
  return values.length < 2 ? null : ratio(Math.min(...values), Math.max(...values));
}

function both(a: number | null, b: number | null, of: (a: number, b: number) => number): number | null {
  return a === null || b === null ? null : of(a, b);
}
