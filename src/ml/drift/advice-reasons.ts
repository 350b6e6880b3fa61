// The sentences of an advice, each with its numbers: what speaks for a new model, and what against it.
import type { AdviceInput } from './advice-input.ts';
import { EFFECT_NAMES, percent, short } from './decide.ts';
import type { Estimate } from './estimate-report.ts';
import { lossKind } from './foreseen.ts';
import { LITTLE, overLimit, reliesOn, shareOf, weightOf } from './importance.ts';
import type { DriftOptions } from './options.ts';
import type { ColumnReport, Evidence, Performance } from './report.ts';

type Options = DriftOptions['advice'];

const MAX_REASONS = 5;

export function reasonsFor(input: AdviceInput, options: Options): Evidence[] {
  return [
    ...input.findings.filter(({ status }) => status === 'fail').map(findingFor),
    ...performanceFor(input, options),
    ...unforeseen(input, options),
    ...estimateFor(input, options),
    ...targetFor(input),
    ...relied(input)
      .slice(0, MAX_REASONS)
      .map((column) => columnFor(column, input)),
    ...input.findings
      .filter(({ status }) => status === 'warn')
      .slice(0, MAX_REASONS)
      .map(findingFor),
  ];
}

export function reasonsAgainst(input: AdviceInput, options: Options): Evidence[] {
  const { predictions, performance, probability, columns } = input;
  const tested = columns.filter(({ decides }) => decides);
  return [
    ...(performance && (probability?.value ?? 1) < options.investigate
      ? [{ subject: performance.metric, text: `held: ${performanceText(performance)}` }]
      : []),
    ...perhapsChance(input, options),
    ...foreseen(input, options),
    ...estimateHeld(input, options),
    ...rankingHeld(input, options),
    ...unread(input)
      .slice(0, MAX_REASONS)
      .map((column) => unreadFor(column, input)),
    ...(predictions?.decides && !predictions.drifted
      ? [
          {
            subject: predictions.column,
            text: `predictions stable: ${EFFECT_NAMES[predictions.decides.effect]} ${short(predictions.decides.value)}, limit ${short(predictions.decides.limit)}`,
          },
        ]
      : []),
    ...(!columns.some(({ drifted }) => drifted) && tested.length > 0
      ? [{ subject: 'columns', text: `none of ${tested.length} tested columns moved` }]
      : []),
  ];
}

/** Columns that moved and that the model relies on, or may: by drift × importance. */
export function relied({ columns, importance }: AdviceInput): ColumnReport[] {
  return columns
    .filter(({ drifted, column }) => drifted && (importance === null || reliesOn(importance, column)))
    .sort((a, b) => weightOf(b, importance) - weightOf(a, importance));
}

/** Columns that moved without mattering to the model. */
export function unread({ columns, importance }: AdviceInput): ColumnReport[] {
  if (importance === null) return [];
  return columns.filter(({ drifted, column }) => drifted && !reliesOn(importance, column));
}

function columnFor(column: ColumnReport, { importance, costs, estimate }: AdviceInput): Evidence {
  const { effect, value, limit } = column.decides!;
  const share = importance === null ? null : shareOf(importance, column.column);
  const cost = costs.get(column.column) ?? null;
  const parts = [
    `${change(column)}: ${EFFECT_NAMES[effect]} ${short(value)}, limit ${short(limit)}`,
    ...(share === null ? [] : [`${percent(share)} of what the model relies on`]),
    ...(cost === null ? [] : [costText(cost, estimate!)]),
  ];
  return {
    subject: column.column,
    text: parts.join('; '),
    drift: overLimit(column),
    importance: share,
    cost,
  };
}

/** Differences that the sampling error hides are no cost. */
function costText(cost: number, { metric, current }: Estimate): string {
  const now = current.value!;
  if (Math.abs(cost) <= (current.sampling_error ?? 0))
    return `had it alone not moved, the estimated ${metric} would be about the same`;
  const better = cost > 0 ? '' : ', so its move makes rows easier';
  return `had it alone not moved, the estimated ${metric} would be ${short(now + cost)} instead of ${short(now)}${better}`;
}

function unreadFor(column: ColumnReport, { importance }: AdviceInput): Evidence {
  const read = importance!.columns.some((each) => each.column === column.column);
  const share = shareOf(importance!, column.column);
  const little = `the model hardly relies on it (${percent(share)} of its importance)`;
  const chance = 'what the model would lose without it is no more than chance';
  const why = read ? (share < LITTLE ? little : chance) : 'the model does not read it';
  return {
    subject: column.column,
    text: `${change(column)}, but ${why}`,
    drift: overLimit(column),
    importance: share,
    cost: null,
  };
}

function performanceFor({ performance, probability }: AdviceInput, options: Options): Evidence[] {
  if (!performance || !probability || (probability.value ?? 0) < options.investigate) return [];
  return [{ subject: performance.metric, text: performanceText(performance) }];
}

/** A loss that more labels may take back. */
function perhapsChance({ performance, probability }: AdviceInput, options: Options): Evidence[] {
  if (!performance?.ci95 || (probability?.value ?? 0) < options.investigate) return [];
  const [low, high] = performance.ci95;
  if (low > 0 || high < 0) return [];
  return [{ subject: performance.metric, text: 'the change may be chance: its 95 % interval holds 0' }];
}

/** Rows that are harder for the model speak less for a new one than inputs that mean something else. */
function foreseen({ performance, probability, estimate }: AdviceInput, options: Options): Evidence[] {
  if ((probability?.value ?? 0) < options.investigate) return [];
  if (lossKind(performance, estimate) !== 'foreseen') return [];
  const text = `its scores foresaw this without the labels (${foreseenText(estimate!)}): these rows are harder for it than those of the reference, and it is as good on rows of their kind as it was`;
  return [{ subject: performance!.metric, text }];
}

function unforeseen({ performance, probability, estimate }: AdviceInput, options: Options): Evidence[] {
  if ((probability?.value ?? 0) < options.investigate) return [];
  if (lossKind(performance, estimate) !== 'unforeseen') return [];
  const text = `its scores did not foresee this (${foreseenText(estimate!)}): the same inputs now mean something else`;
  return [{ subject: performance!.metric, text }];
}

function foreseenText({ current }: Estimate): string {
  return `estimated ${short(current.value!)}${plusMinus(current.sampling_error)}`;
}

/** One digit: the error of an error. */
function plusMinus(error: number | null): string {
  return error === null ? '' : ` ± ${Number(error.toPrecision(1))}`;
}

function performanceText({ reference, current, ci95 }: Performance): string {
  const range = ci95 ? ` (change ${signed(ci95[0])} to ${signed(ci95[1])}, 95 %)` : '';
  return `${short(reference)} → ${short(current)}${range}`;
}

function estimateFor({ estimate, estimated, probability }: AdviceInput, options: Options): Evidence[] {
  if (probability || !estimate || (estimated?.value ?? 0) < options.investigate) return [];
  return [{ subject: estimate.metric, text: estimateText(estimate) }];
}

function estimateHeld({ estimate, estimated, probability }: AdviceInput, options: Options): Evidence[] {
  if (probability || !estimate || (estimated?.value ?? 1) >= options.investigate) return [];
  return [{ subject: estimate.metric, text: `held: ${estimateText(estimate)}` }];
}

function estimateText({ basis, reference, current }: Estimate): string {
  return `estimated ${short(reference.value!)} → ${short(current.value!)}${plusMinus(current.sampling_error)}, without labels (${basis.toUpperCase()})`;
}

/** A model that still ranks well may need another threshold, not another training. */
function rankingHeld({ ranking, performance }: AdviceInput, options: Options): Evidence[] {
  if (!ranking || !performance || performance.change >= 0) return [];
  if (ranking.current < ranking.reference - options.tolerance) return [];
  return [
    {
      subject: 'roc_auc',
      text: `ranking still holds: ${short(ranking.reference)} → ${short(ranking.current)}`,
    },
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value).replace('-', '−');
}

function targetFor({ target, predictions }: AdviceInput): Evidence[] {
  if (!target?.drifted) return [];
  const still = predictions && !predictions.drifted ? ' while predictions stayed' : '';
  return [{ subject: target.column, text: `${change(target)}${still}` }];
}

function change({ most_moved, quantiles }: ColumnReport): string {
  if (most_moved)
    return `share of ${most_moved.category} ${percent(most_moved.reference)} → ${percent(most_moved.current)}`;
  const median = quantiles!.p.indexOf(0.5);
  return `median ${short(quantiles!.reference[median]!)} → ${short(quantiles!.current[median]!)}`;
}

function findingFor({ subject, message }: AdviceInput['findings'][number]): Evidence {
  return { subject, text: message };
}
