// What to do, and why: fixed rules over the report's own numbers, each reason a sentence with its numbers.

import type { Finding } from '../../core/finding.ts';
import { percent, short } from './decide.ts';
import type { DriftOptions } from './options.ts';
import { REPLICATES } from './performance.ts';
import type { Advice, ColumnReport, Evidence, Pair, Performance } from './report.ts';

export interface AdviceInput {
  readonly columns: readonly ColumnReport[];
  readonly predictions: ColumnReport | null;
  readonly target: ColumnReport | null;
  readonly performance: Performance | null;
  /** Null without labels on both sides. */
  readonly probability: Advice['probability'] | null;
  /** Why there is none. */
  readonly withoutLabels: string;
  /** Area under the ROC curve on both sides. */
  readonly ranking: Pair<number> | null;
  readonly unusualness: number | null;
  readonly findings: readonly Finding[];
  /** Said whatever the decision. */
  readonly caveats: readonly string[];
}

export function advise(input: AdviceInput, options: DriftOptions['advice']): Advice {
  const moved = input.columns.filter(({ drifted }) => drifted);
  const blocking = input.findings.filter(({ status }) => status === 'fail');
  const warned = input.findings.some(({ status }) => status === 'warn');
  const decision = decisionOf(input, moved.length > 0 || warned, blocking.length > 0, options);
  return {
    decision,
    basis: blocking.length > 0 ? 'schema' : input.probability ? 'labels' : 'drift',
    probability: input.probability ?? {
      value: null,
      event: 'the model does worse than on the reference',
      method: null,
      replicates: 0,
      reason: input.withoutLabels,
    },
    unusualness: input.unusualness,
    for: [
      ...blocking.map(({ subject, message }) => ({ subject, text: message })),
      ...performanceFor(input, options),
      ...targetFor(input),
      ...[...moved].sort(bySize).slice(0, MAX_REASONS).map(columnFor),
      ...input.findings
        .filter(({ status }) => status === 'warn')
        .slice(0, MAX_REASONS)
        .map(findingFor),
    ],
    against: against(input, moved.length, options),
    caveats: [...caveats(input, decision, moved.length), ...input.caveats],
  };
}

const MAX_REASONS = 5;

function decisionOf(
  { probability, predictions }: AdviceInput,
  moved: boolean,
  blocked: boolean,
  options: DriftOptions['advice'],
): Advice['decision'] {
  if (blocked) return 'block';
  if (!probability || probability.value === null)
    return moved || predictions?.drifted ? 'investigate' : 'keep';
  if (probability.value >= options.retrain) return 'retrain';
  return probability.value >= options.investigate ? 'investigate' : 'keep';
}

function performanceFor(
  { performance, probability }: AdviceInput,
  options: DriftOptions['advice'],
): Evidence[] {
  if (!performance || !probability || (probability.value ?? 0) < options.investigate) return [];
  return [{ subject: performance.metric, text: performanceText(performance) }];
}

function performanceText({ metric, reference, current, ci95 }: Performance): string {
  const range = ci95 ? ` (change ${signed(ci95[0])} to ${signed(ci95[1])}, 95 %)` : '';
  return `${metric} ${short(reference)} → ${short(current)}${range}`;
}

function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value).replace('-', '−');
}

function targetFor({ target, predictions }: AdviceInput): Evidence[] {
  if (!target?.drifted) return [];
  const still = predictions && !predictions.drifted ? ' while predictions stayed' : '';
  return [{ subject: target.column, text: `${change(target)}${still}` }];
}

function columnFor(column: ColumnReport): Evidence {
  const { value, limit } = column.decides!;
  return {
    subject: column.column,
    text: `${change(column)}: ${column.decides!.effect} ${short(value)}, limit ${short(limit)}`,
  };
}

function change({ most_moved, quantiles }: ColumnReport): string {
  if (most_moved)
    return `share of ${most_moved.category} ${percent(most_moved.reference)} → ${percent(most_moved.current)}`;
  const median = quantiles!.p.indexOf(0.5);
  return `median ${short(quantiles!.reference[median]!)} → ${short(quantiles!.current[median]!)}`;
}

function bySize(a: ColumnReport, b: ColumnReport): number {
  return b.decides!.value / b.decides!.limit - a.decides!.value / a.decides!.limit;
}

function findingFor({ subject, message }: Finding): Evidence {
  return { subject, text: message };
}

function against(input: AdviceInput, moved: number, options: DriftOptions['advice']): Evidence[] {
  const { predictions, performance, probability, columns } = input;
  const tested = columns.filter(({ decides }) => decides);
  return [
    ...(performance && (probability?.value ?? 1) < options.investigate
      ? [{ subject: performance.metric, text: `held: ${performanceText(performance)}` }]
      : []),
    ...rankingHeld(input, options),
    ...(predictions?.decides && !predictions.drifted
      ? [
          {
            subject: predictions.column,
            text: `predictions stable: ${predictions.decides.effect} ${short(predictions.decides.value)}, limit ${short(predictions.decides.limit)}`,
          },
        ]
      : []),
    ...(moved === 0 && tested.length > 0
      ? [{ subject: 'columns', text: `none of ${tested.length} tested columns moved` }]
      : []),
  ];
}

/** A model that still ranks well may need another threshold, not another training. */
function rankingHeld({ ranking, performance }: AdviceInput, options: DriftOptions['advice']): Evidence[] {
  if (!ranking || !performance || performance.change >= 0) return [];
  if (ranking.current < ranking.reference - options.tolerance) return [];
  return [
    {
      subject: 'roc_auc',
      text: `ranking still holds: ${short(ranking.reference)} → ${short(ranking.current)}`,
    },
  ];
}

function caveats(
  { probability, predictions }: AdviceInput,
  decision: Advice['decision'],
  moved: number,
): string[] {
  if (decision === 'block') return ['nothing is judged until the data can be read as the reference was'];
  if (!probability)
    return [
      'without labels a change in what inputs mean cannot be seen',
      ...(predictions ? [] : ['without a model or predictions only the inputs were compared']),
    ];
  const few =
    probability.replicates < REPLICATES ? [`the bootstrap drew ${probability.replicates} replicates`] : [];
  if (decision === 'retrain' && moved === 0)
    return ['no input column moved: training again on old rows will not help', ...few];
  if (decision === 'keep' && moved > 0)
    return ['inputs moved, but the labels show no loss beyond the tolerance', ...few];
  return few;
}
