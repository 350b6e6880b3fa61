// Advice on the threshold: the best one for these rows, what it gives, and, since it was chosen where it looks best, what
// one chosen on half of the rows gives on the other half. The evaluation itself keeps the threshold of the options.
import { fail } from '../../core/failure.ts';
import { randomFrom } from '../../util/random.ts';
import { shortestIn } from '../../util/short-number.ts';
import { type BinaryCounts, cellOf, countsAt, RATES } from '../metrics/binary-counts.ts';
import { type Cells, cellSums, replicateCells } from '../metrics/cell-replicates.ts';
import type { ClassificationData } from '../metrics/data.ts';
import { type Ranking, rank } from '../metrics/ranking.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import { bestThreshold, costPerRow, metricAt, pointAt } from './best-threshold.ts';
import { type DecideRule, ruleInWords } from './decide-options.ts';
import { halves } from './halves.ts';
import { type Measurable, subset } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { DecideReport, Mapping, ThresholdOutcome } from './report.ts';

export function decideReport(
  all: Measurable,
  { positive, positive_from, threshold }: Mapping,
  options: EvaluateOptions,
): DecideReport | null {
  const rule = options.decide;
  if (rule === null) return null;
  const data = decidable(all);
  if (positive_from === 'guess')
    fail('config', `decide depends on which class is positive, and "${positive}" is only a guess`, {
      help: `say positive: ${positive}`,
    });
  const ranking = ranked(data);
  const at = bestThreshold(rule, ranking);
  const outcome = (of: ClassificationData, limit: number | null, flags: (row: number) => boolean) =>
    outcomeOf(of, limit, flags, rule, options);
  return {
    rule: ruleInWords(rule),
    positive: positive!,
    measure: measureOf(rule),
    now: outcome(data, threshold, (row) => data.predicted[row] === data.positive),
    chosen: at === null ? null : outcomeAt(data, thresholdAt(ranking, at), outcome),
    reason: at === null ? whyNone(rule, ranking) : null,
    confirmed: at === null ? null : confirmed(all, rule, options.seed, outcome),
  };
}

type Outcome = (
  data: ClassificationData,
  limit: number | null,
  flags: (row: number) => boolean,
) => ThresholdOutcome;

function decidable(all: Measurable): ClassificationData & { readonly positive: number } {
  if (all.kind === 'numbers' || all.data.positive === null)
    return fail('config', 'decide needs two classes', { help: 'take decide: out' });
  if (all.data.scores === null) return fail('config', 'decide needs scores, and there are labels only');
  return { ...all.data, positive: all.data.positive };
}

function ranked({ truth, scores, classes, positive, weights }: ClassificationData): Ranking {
  return rank(truth, scores!, classes, positive!, weights);
}

/** The shortest number that flags the same rows. null: over every score. */
function thresholdAt({ thresholds }: Ranking, at: number): number | null {
  if (at < 0) return null;
  return shortestIn(thresholds[at + 1] ?? Number.NEGATIVE_INFINITY, thresholds[at]!);
}

function outcomeAt(data: ClassificationData, limit: number | null, outcome: Outcome): ThresholdOutcome {
  const { scores, classes, positive } = data;
  return outcome(data, limit, (row) => limit !== null && scores![row * classes + positive!]! >= limit);
}

/** null when a half lacks a class, or meets no target. */
function confirmed(
  all: Measurable,
  rule: DecideRule,
  seed: number,
  outcome: Outcome,
): ThresholdOutcome | null {
  const [choosing, measuring] = halves(all.data.truth.length, seed).map((rows) => subset(all, rows));
  if (choosing?.kind !== 'classes' || measuring?.kind !== 'classes') return null;
  if ([choosing, measuring].some(({ data }) => data.truth.every((k) => k === data.truth[0]))) return null;
  const ranking = ranked(choosing.data);
  const at = bestThreshold(rule, ranking);
  return at === null ? null : outcomeAt(measuring.data, thresholdAt(ranking, at), outcome);
}

const MEASURES = {
  precision: 'recall',
  recall: 'precision',
  false_positive_rate: 'recall',
  flagged: 'recall',
} as const;

function measureOf(rule: DecideRule): string {
  if (rule.kind === 'costs') return 'cost_per_row';
  return rule.kind === 'metric' ? rule.metric : MEASURES[rule.of];
}

type Values = Pick<ThresholdOutcome, 'precision' | 'recall' | 'false_positive_rate' | 'value'> & {
  readonly flagged: number | null;
};

function valuesOf(rule: DecideRule, counts: BinaryCounts): Values {
  return {
    precision: RATES.precision(counts),
    recall: RATES.recall(counts),
    false_positive_rate: RATES.false_positive_rate(counts),
    flagged: RATES.flagged(counts),
    value:
      rule.kind === 'costs'
        ? costPerRow(rule, counts)
        : rule.kind === 'metric'
          ? metricAt(rule.metric, counts)
          : RATES[MEASURES[rule.of]](counts),
  };
}

function outcomeOf(
  { truth, positive, weights }: ClassificationData,
  threshold: number | null,
  flags: (row: number) => boolean,
  rule: DecideRule,
  { intervals: { replicates, level }, seed }: EvaluateOptions,
): ThresholdOutcome {
  const cells: Cells = {
    cellOf: Int32Array.from(truth, (k, row) => cellOf(k === positive, flags(row))),
    size: 4,
    weights,
  };
  const samples: Values[] = [];
  replicateCells(cells, replicates, randomFrom(seed), (sums) => {
    samples.push(valuesOf(rule, countsAt(sums)));
  });
  const here = valuesOf(rule, countsAt(cellSums(cells)));
  const range = (name: keyof Values): readonly [number, number] | null =>
    percentileInterval(
      samples.map((each) => each[name]),
      level,
    );
  return {
    threshold,
    rows: truth.length,
    ...here,
    flagged: here.flagged ?? 0,
    intervals: {
      precision: range('precision'),
      recall: range('recall'),
      flagged: range('flagged'),
      value: range('value'),
    },
  };
}

function whyNone(rule: DecideRule, ranking: Ranking): string {
  if (rule.kind !== 'target') throw new Error('BUG: only a target can be missed');
  const reached = Array.from(ranking.thresholds, (_, at) => RATES[rule.of](pointAt(ranking, at)) ?? 0);
  const most = rule.of === 'precision' || rule.of === 'recall';
  const best = reached.reduce((a, b) => (most ? Math.max(a, b) : Math.min(a, b)));
  return `no threshold meets it: the ${most ? 'highest' : 'lowest'} ${rule.of.replaceAll('_', ' ')} here is ${Number(best.toPrecision(3))}`;
}
