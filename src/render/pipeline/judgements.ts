// What the judging stages found, in a card each: the numbers that tell most, what failed, where it is weak, what to do.
import type { Finding } from '../../core/finding.ts';
import { worstFirst } from '../../ml/findings-report.ts';
import { byUrgency } from '../drift-order.ts';
import { h, type Markup } from '../markup.ts';
import { badge, metricName, score, sliceName } from '../report/parts.ts';
import type { DriftReport, EvaluateReport } from '../report/types.ts';
import { headlinesJoined } from '../run/headline.ts';
import { PLAIN } from '../terminal.ts';
import type { StageView } from './types.ts';
import { adviceOf } from './words.ts';

export function judgementCards(stages: readonly StageView[]): Markup | undefined {
  const judged = stages.filter(({ report }) => report !== null);
  return judged.length === 0 ? undefined : h('div', { class: 'grid' }, judged.map(card));
}

function card(view: StageView): Markup {
  const { stage, action, headlines, lines, gates, report, page } = view;
  const broken = gates?.broken.map(({ text }) => text) ?? [];
  const facts = [
    ...broken,
    ...lines.map((line) => line.trim().replace(/\s{2,}/g, ' ')),
    ...pointsOf(report!),
  ];
  const decision = adviceOf(report);
  return h(
    'article',
    { class: 'card' },
    h('h3', {}, page === null ? stage : h('a', { href: page }, stage), ' ', h('small', {}, action)),
    decision === undefined ? undefined : h('p', {}, badge(ADVICE[decision] ?? 'skipped', decision)),
    headlines.length === 0 ? undefined : h('p', {}, h('b', {}, headlinesJoined(headlines, PLAIN.symbols))),
    facts.length === 0
      ? undefined
      : h(
          'ul',
          {},
          distinct(facts)
            .slice(0, MAX_FACTS)
            .map((each) => h('li', {}, each)),
        ),
  );
}

const MAX_FACTS = 6;

const ADVICE: { readonly [decision: string]: string } = {
  keep: 'pass',
  investigate: 'warn',
  retrain: 'fail',
  block: 'fail',
};

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((each) => each !== '');
}

/** By the kind of report; an unknown one says what its findings say. */
function pointsOf(report: NonNullable<StageView['report']>): readonly string[] {
  switch (report['schema']) {
    case 'mlops.evaluate/1':
      return weakSlices(report as unknown as EvaluateReport);
    case 'mlops.drift/1':
      return movedColumns(report as unknown as DriftReport);
    default:
      return said((report['findings'] ?? []) as unknown as readonly Finding[]);
  }
}

function weakSlices({ slices, metrics }: EvaluateReport): readonly string[] {
  const [metric] = Object.keys(metrics);
  const better = metric !== undefined && (metrics['accuracy'] !== undefined || metrics['r2'] !== undefined);
  const name = metrics['accuracy'] === undefined ? 'root_mean_squared_error' : 'accuracy';
  const measured = (slices ?? []).filter((slice) => typeof slice.metrics[name] === 'number');
  const sign = name === 'accuracy' && better ? 1 : -1;
  return [...measured]
    .sort((a, b) => sign * (a.metrics[name]! - b.metrics[name]!))
    .slice(0, 2)
    .map(({ by, metrics: own }) => `weakest slice ${sliceName(by)}: ${metricName(name)} ${score(own[name])}`);
}

function movedColumns({ columns }: DriftReport): readonly string[] {
  return byUrgency(columns)
    .filter(({ drifted }) => drifted)
    .slice(0, 3)
    .map(({ column, reason }) => `${column} moved: ${reason}`);
}

function said(findings: readonly Finding[]): readonly string[] {
  return worstFirst(findings)
    .filter(({ status }) => status !== 'pass' && status !== 'skipped')
    .slice(0, 4)
    .map(({ subject, message }) => (subject === '' ? message : `${subject}: ${message}`));
}
