// The best point of a ranking under a rule.
import { type BinaryCounts, RATES, totalOf } from '../metrics/binary-counts.ts';
import type { Ranking } from '../metrics/ranking.ts';
import { metricFor } from '../metrics/table.ts';
import { curvePoints } from './curve-points.ts';
import type { DecideRule } from './decide-options.ts';

/** More scores than this are not all tried; those that are lie evenly along the ROC curve. */
const MAX_TRIED = 10_000;

/** Index into the ranking; −1: flag nothing; null: no threshold meets the target. Ties go to the higher threshold. */
export function bestThreshold(rule: DecideRule, ranking: Ranking): number | null {
  const tried = rule.kind === 'target' ? [] : [-1];
  let best: { readonly at: number; readonly worth: number } | null = null;
  for (const at of [...tried, ...curvePoints(ranking, MAX_TRIED)]) {
    const worth = worthOf(rule, pointAt(ranking, at));
    if (worth !== null && (best === null || worth > best.worth)) best = { at, worth };
  }
  return best === null ? null : best.at;
}

export function pointAt({ truePositives, falsePositives }: Ranking, at: number): BinaryCounts {
  const tp = at < 0 ? 0 : truePositives[at]!;
  const fp = at < 0 ? 0 : falsePositives[at]!;
  return {
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: (truePositives.at(-1) ?? 0) - tp,
    trueNegatives: (falsePositives.at(-1) ?? 0) - fp,
  };
}

/** What is made as large as can be; null where a target is missed. */
function worthOf(rule: DecideRule, counts: BinaryCounts): number | null {
  switch (rule.kind) {
    case 'costs':
      return -costPerRow(rule, counts);
    case 'metric':
      return metricAt(rule.metric, counts);
    case 'target': {
      const value = RATES[rule.of](counts);
      if (value === null) return null;
      const met = rule.of === 'precision' || rule.of === 'recall' ? value >= rule.value : value <= rule.value;
      return met ? (rule.of === 'recall' ? RATES.precision(counts) : counts.truePositives) : null;
    }
  }
}

export function costPerRow(rule: DecideRule & { readonly kind: 'costs' }, counts: BinaryCounts): number {
  const cost =
    rule.true_positive * counts.truePositives +
    rule.false_positive * counts.falsePositives +
    rule.false_negative * counts.falseNegatives +
    rule.true_negative * counts.trueNegatives;
  return cost / totalOf(counts);
}

/** The metric of the table, on the four counts. */
export function metricAt(name: string, counts: BinaryCounts): number | null {
  const metric = metricFor(name, 'binary');
  if (metric?.kind !== 'confusion') throw new Error(`BUG: ${name} is not made of a confusion matrix`);
  const cells = Float64Array.of(
    counts.trueNegatives,
    counts.falsePositives,
    counts.falseNegatives,
    counts.truePositives,
  );
  const value = metric.compute({ classes: 2, cells }, 1);
  return typeof value === 'number' ? value : null;
}
