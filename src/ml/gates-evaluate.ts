// The gates of an evaluation: limits on a metric, on its change against a baseline, on its gap to other data.
import type { Difference, EvaluateReport } from './evaluate/report.ts';
import { sliceName } from './evaluate/slices.ts';
import type { GatesBaseline, GatesInput } from './gates-input.ts';
import { cannotJudge, lookUp, pairedDifference } from './gates-lookup.ts';
import { type Gate, gatesOf, type Limit } from './gates-options.ts';
import type { GateResult, GatesResult } from './gates-result.ts';
import { apart, short } from './gates-wording.ts';
import { metricFor } from './metrics/table.ts';

/** Reports hold 12 digits: what is equal there is equal here. */
const TINY = 1e-12;

export function judgeEvaluation(input: GatesInput, report: EvaluateReport): GatesResult {
  const gates = gatesOf(input.gates).map((gate) => ({ ...gate, metric: nameIn(report, gate.metric) }));
  const { baseline } = input;
  const comparable = baseline === undefined || sameRows(report, baseline.report);
  const context: Context = { report, baseline, comparable, skip: input.onDataChange === 'skip' };
  const results = [
    ...gates.flatMap((gate) => limitsOf(gate).map((limit) => judge(gate, limit, context))),
    ...featureOrder(report, baseline),
  ];
  return {
    schema: 'mlops.gates/1',
    stage: input.stage,
    passed: results.every(({ passed }) => passed),
    first_run: baseline === undefined && gates.some((gate) => limitsOf(gate).some(isAboutChange)),
    baseline: baseline ? { from: baseline.from, commit: baseline.commit, same_data: comparable } : null,
    results,
    notes: gates.flatMap((gate) => notesOf(gate, context)),
  };
}

/** Whether two reports speak of the same question about the same rows: data, filter, target, labels. */
export function sameRows(a: EvaluateReport, b: EvaluateReport): boolean {
  const question = ({ inputs, mapping }: EvaluateReport): string =>
    JSON.stringify([
      inputs.data.sha256,
      inputs.data.where ?? null,
      inputs.data.used,
      mapping.target,
      mapping.weight,
      mapping.labels,
      mapping.positive,
    ]);
  return question(a) === question(b);
}

interface Context {
  readonly report: EvaluateReport;
  readonly baseline: GatesBaseline | undefined;
  readonly comparable: boolean;
  readonly skip: boolean;
}

/** `roc_auc` of several classes is `roc_auc_ovr`. */
function nameIn(report: EvaluateReport, metric: string): string {
  return metricFor(metric, report.task)?.name ?? metric;
}

function limitsOf(gate: Gate): readonly Limit[] {
  return Object.keys(gate.limits) as Limit[];
}

function isAboutChange(limit: Limit): boolean {
  return limit === 'max_worse_abs' || limit === 'max_worse_pct' || limit === 'min_better_abs';
}

function judge(gate: Gate, rule: Limit, context: Context): GateResult {
  const limit = gate.limits[rule]!;
  const { report } = context;
  const of = gate.slice === null ? '' : ` of ${sliceName(gate.slice)}`;
  const found = lookUp(report, gate);
  const blank = { metric: gate.metric, slice: gate.slice, rule, limit, baseline: null, change: null };
  if (typeof found === 'string')
    return { ...blank, value: null, interval: null, passed: false, reason: found };
  const { value, interval } = found;
  const result = (passed: boolean, reason: string, more: Partial<GateResult> = {}): GateResult => ({
    ...blank,
    value,
    interval,
    passed,
    reason,
    ...more,
  });
  const ofValue = rule === 'min' || rule === 'max';
  const broken = cannotJudge(gate, report, ofValue ? interval : undefined);
  if (broken !== null) return result(false, broken);
  const worst = gate.require === 'ci' && ofValue ? interval![rule === 'max' ? 1 : 0] : value;
  const name = `${gate.metric}${of}`;
  switch (rule) {
    case 'min':
      return worst >= limit - TINY
        ? result(true, `${name} ${short(worst)} holds min ${limit}`)
        : result(false, `${name} ${apart(worst, limit)} is under min ${limit}${byInterval(gate)}`);
    case 'max':
      return worst <= limit + TINY
        ? result(true, `${name} ${short(worst)} holds max ${limit}`)
        : result(false, `${name} ${apart(worst, limit)} is over max ${limit}${byInterval(gate)}`);
    case 'max_gap_abs':
      return judgeGap(name, value, limit, report, gate, result);
    default:
      return judgeChange(name, value, rule, limit, gate, context, result);
  }
}

type Result = (passed: boolean, reason: string, more?: Partial<GateResult>) => GateResult;

function judgeGap(
  name: string,
  value: number,
  limit: number,
  report: EvaluateReport,
  gate: Gate,
  result: Result,
): GateResult {
  if (gate.slice !== null) return result(false, `max_gap_abs is judged on the whole data, not on ${name}`);
  const other = report.compare?.metrics[gate.metric];
  if (other === undefined || other === null)
    return result(false, `${name} has nothing to compare with: name the other data, compare: data/train.csv`);
  const interval = report.compare!.gaps?.[gate.metric]?.interval ?? null;
  if (gate.require === 'ci' && interval === null)
    return result(false, `the gap of ${name} has no interval, and require is ci`);
  const gap = gate.require === 'ci' ? Math.max(...interval!.map(Math.abs)) : Math.abs(value - other);
  const between = `${short(value)} here, ${short(other)} on ${report.compare!.data.path}`;
  return gap <= limit + TINY
    ? result(true, `${name} differs by ${short(gap)}${byInterval(gate)}, allowed ${limit}`)
    : result(
        false,
        `${name} differs by ${apart(gap, limit)}${byInterval(gate)}, allowed ${limit}: ${between}`,
      );
}

function judgeChange(
  name: string,
  value: number,
  rule: Limit,
  limit: number,
  gate: Gate,
  context: Context,
  result: Result,
): GateResult {
  const { baseline, comparable, skip } = context;
  if (baseline === undefined) return result(true, `${name} has no baseline yet: change is not judged`);
  if (!comparable)
    return skip
      ? result(true, `${name}: the baseline was judged on other data: change is not judged`)
      : result(false, `${name}: baseline_on_other_data: the baseline was judged on other data`);
  const before = lookUp(baseline.report, gate);
  if (typeof before === 'string')
    return result(true, `${name} is not in the baseline yet: change is not judged`);
  const was = before.value;
  const paired = baseline.from === 'model' ? pairedDifference(context.report, gate) : null;
  const about = { baseline: was, change: value - was, ...(paired ? { interval: paired.interval } : {}) };
  const worst = worstChange(gate, value, was, paired, context);
  if (worst === null) return result(false, `the change of ${name} has no interval, and require is ci`, about);
  const worse = worsening(gate.metric, worst);
  const moved = `${name} ${MOVED[Math.sign(worst) as -1 | 0 | 1]} ${short(Math.abs(worst))}${byInterval(gate)}`;
  if (rule === 'min_better_abs')
    return -worse >= limit - TINY
      ? result(true, `${moved}, wanted better by ${limit}`, about)
      : result(false, `${moved}, wanted better by ${limit}: was ${short(was)}`, about);
  if (rule === 'max_worse_abs')
    return worse <= limit + TINY
      ? result(true, `${moved}, allowed ${limit}`, about)
      : result(
          false,
          `${name} ${MOVED[Math.sign(worst) as -1 | 1]} ${apart(Math.abs(worst), limit)}${byInterval(gate)}, allowed ${limit}`,
          about,
        );
  if (was === 0) return result(false, `${name} was 0: a percentage of it says nothing`, about);
  const percent = (100 * worse) / Math.abs(was);
  return percent <= limit + TINY
    ? result(true, `${moved}, allowed ${limit} %`, about)
    : result(
        false,
        `${name} is ${apart(percent, limit)} % worse than ${short(was)}, allowed ${limit} %${byInterval(gate)}`,
        about,
      );
}

/**
 * The change that is judged: of sizes where 0 is best. By interval its bad end: of the difference where both models were
 * judged on the same replicates of the same rows, else of the value, as if the baseline were known exactly.
 */
function worstChange(
  gate: Gate,
  value: number,
  was: number,
  paired: Difference | null,
  { report }: Context,
): number | null {
  const better = metricFor(gate.metric)!.better;
  const size = (each: number): number => (better === 'zero' ? Math.abs(each) : each);
  if (gate.require === 'point') return size(value) - size(was);
  if (paired) return paired.interval?.[better === 'max' ? 0 : 1] ?? null;
  const found = lookUp(report, gate);
  if (typeof found === 'string' || found.interval === null) return null;
  const ends = found.interval.map(size);
  return (better === 'max' ? Math.min(...ends) : Math.max(...ends)) - size(was);
}

const MOVED = { '-1': 'fell by', 0: 'stayed, change', 1: 'rose by' };

function byInterval({ require }: Gate): string {
  return require === 'ci' ? ' (end of the interval)' : '';
}

/** Above 0: worse than it was, by that much. `change` is of sizes where 0 is best. */
function worsening(metric: string, change: number): number {
  return metricFor(metric)?.better === 'max' ? -change : change;
}

/** A model without feature names reads columns by their order: when that changed, every number means something else. */
function featureOrder(report: EvaluateReport, baseline: GatesBaseline | undefined): readonly GateResult[] {
  if (!baseline || !report.mapping.inputs.some(({ from }) => from === 'file-order')) return [];
  const columns = (each: EvaluateReport): readonly string[] =>
    each.mapping.inputs.flatMap((input) => input.columns);
  // Scored again, the baseline's model read today's order too.
  const before = columns(baseline.before ?? baseline.report);
  const now = columns(report);
  if (before.length === 0 || before.join('\n') === now.join('\n')) return [];
  return [
    {
      metric: 'features',
      slice: null,
      rule: 'feature_order',
      limit: before,
      value: now.join(', '),
      baseline: null,
      change: null,
      interval: null,
      passed: false,
      reason: `columns of the data stand in another order (${now.join(', ')}) than for the baseline (${before.join(', ')}), and the model names no features: pin them with features:`,
    },
  ];
}

function notesOf(gate: Gate, { report, baseline }: Context): string[] {
  const notes: string[] = [];
  const limits = limitsOf(gate);
  const found = lookUp(report, gate);
  const paired = baseline?.from === 'model' ? pairedDifference(report, gate)?.interval : null;
  const interval = paired ?? (typeof found === 'string' ? null : found.interval);
  const half = interval ? (interval[1] - interval[0]) / 2 : 0;
  for (const rule of limits) {
    const limit = gate.limits[rule]!;
    if ((rule === 'max_worse_abs' || rule === 'min_better_abs') && limit < half)
      notes.push(
        `${gate.metric}: ${rule} ${limit} is smaller than its half-interval ${short(half)}: chance alone moves it so far`,
      );
  }
  if (
    limits.some((rule) => rule === 'max_worse_abs' || rule === 'max_worse_pct') &&
    !limits.includes('min') &&
    !limits.includes('max')
  )
    notes.push(
      `${gate.metric}: without ${metricFor(gate.metric)?.better === 'max' ? 'min' : 'max'} it may get a little worse with every commit`,
    );
  return notes;
}
