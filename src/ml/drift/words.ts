// A drift report in the few words that fit under a stage's line.
import type { Advice, ColumnReport, DriftReport } from './report.ts';

export interface DriftWords {
  /** For one line: `0 of 9 columns drifted`, `predictions stable`, `no labels yet`. */
  readonly headlines: readonly string[];
  /** Under it, once labels tell how the model did. */
  readonly lines: readonly string[];
}

export function driftInWords(report: DriftReport): DriftWords {
  const { summary, predictions, performance, target } = report;
  const columns = `${summary.drifted} of ${summary.tested} columns drifted`;
  const stable = predictions ? [`predictions ${predictions.drifted ? 'drifted' : 'stable'}`] : [];
  if (!performance)
    return {
      headlines: [columns, ...stable, ...(target?.decides ? [] : [withoutLabels(report)])],
      lines: report.advice.decision === 'keep' ? [] : adviceLines(report.advice),
    };
  return {
    headlines: [],
    lines: [
      label('inputs', `${summary.drifted} of ${summary.tested} moved${mostMoved(report)}`),
      ...(predictions ? [label('predictions', predictions.drifted ? 'drifted' : 'stable')] : []),
      label(
        'labels',
        (target ? shareWords(positiveShare(target, predictions)) : '') + performanceWords(report),
      ),
      ...adviceLines(report.advice),
    ],
  };
}

/** A probability says how sure, not why: the reasons follow it. */
function adviceLines(advice: Advice): string[] {
  const first = label('advice', adviceWords(advice));
  if (advice.probability.value === null) return [first];
  const more = [...(byReasons(advice) ? [] : reasonsFor(advice)), ...advice.caveats.slice(0, 1)];
  return [first, ...more.map((line) => label('', line))];
}

function withoutLabels({ advice, metrics }: DriftReport): string {
  const [name] = Object.keys(metrics).filter((key) => key.endsWith('_estimated'));
  return advice.basis === 'estimate' && name !== undefined
    ? `no labels yet, ${name.replace('_estimated', '').replaceAll('_', ' ')} estimated at ${metrics[name]!.toFixed(3)}`
    : 'no labels yet';
}

function label(name: string, text: string): string {
  return `${name.padEnd(12)} ${text}`;
}

/** The column whose effect came nearest to its limit, or went furthest over it. */
function mostMoved({ columns }: DriftReport): string {
  const decided = columns.flatMap(({ column, decides }) => (decides ? [{ column, decides }] : []));
  const most = decided.sort(
    (a, b) => b.decides.value / b.decides.limit - a.decides.value / a.decides.limit,
  )[0];
  return most
    ? ` (most: ${most.column} ${most.decides.value.toFixed(2)}, limit ${most.decides.limit.toFixed(2)})`
    : '';
}

function shareWords(moved: ColumnReport['most_moved']): string {
  return moved ? `${moved.category} ${percent(moved.reference)} → ${percent(moved.current)} · ` : '';
}

/** Of two classes both moved by as much: the one that the model scores is the one that people talk about. */
function positiveShare(target: ColumnReport, predictions: ColumnReport | null): ColumnReport['most_moved'] {
  const positive = /^score\[(.*)\]$/.exec(predictions?.column ?? '')?.[1];
  const moved = target.most_moved;
  if (!moved || positive === undefined || moved.category === positive || target.chi2?.df !== 1) return moved;
  return { category: positive, reference: 1 - moved.reference, current: 1 - moved.current };
}

function performanceWords({ performance }: DriftReport): string {
  if (!performance) return '';
  const { metric, reference, current, change, ci95 } = performance;
  const range = ci95 ? `, 95 % ${signed(ci95[0])} … ${signed(ci95[1])}` : '';
  return `${metric} ${reference.toFixed(3)} → ${current.toFixed(3)} (${signed(change)}${range})`;
}

/** Something else than the odds asks for a look: that is what has to be said. */
function byReasons({ decision, probability: { value } }: Advice): boolean {
  return value === null || decision === 'block' || (decision === 'investigate' && value < 0.5);
}

function adviceWords(advice: Advice): string {
  const { decision, probability, for: reasons } = advice;
  const how =
    byReasons(advice) || probability.value === null
      ? reasons
          .slice(0, 2)
          .map((reason) => said(reason, ' '))
          .join(' · ')
      : `probability that ${probability.event}: ${probability.value.toFixed(2)}`;
  return [decision.toUpperCase(), how].filter(Boolean).join(' · ');
}

/** What speaks for doing something, when that is the advice. */
function reasonsFor({ decision, for: reasons }: Advice): string[] {
  return decision === 'keep' ? [] : reasons.slice(0, 2).map((reason) => said(reason, ': '));
}

/** Text about a pair of columns names both. */
function said({ subject, text }: Advice['for'][number], between: string): string {
  const named = subject.includes(', ') && subject.split(', ').every((name) => text.includes(name));
  return named ? text : `${subject}${between}${text}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
