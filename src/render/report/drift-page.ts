// The page of a comparison of two data sets: the advice and its reasons first, then what moved, then every column.
import { formatCount } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { effectStrip } from '../chart/strip.ts';
import { byUrgency } from '../drift-order.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { columnsTogether } from './columns-together.ts';
import { distributionCards, EFFECTS } from './distributions.ts';
import { renderPage, section } from './document.ts';
import { headline } from './drift-headline.ts';
import { importanceTable } from './drift-importance.ts';
import { methodInWords } from './drift-method.ts';
import { columnsOverTime } from './drift-over-time.ts';
import { performance } from './drift-performance.ts';
import { gateBadge, gatesTable } from './gates.ts';
import { badge, findingsTable, foldedTable, inputFacts, pValue, score, unavailableTable } from './parts.ts';
import type { Advice, ColumnReport, DriftDetails, DriftReport, Evidence, GatesResult } from './types.ts';

/** Self-contained HTML; equal reports make equal bytes. */
export function renderDriftPage(
  report: DriftReport,
  details: DriftDetails | undefined,
  gates?: GatesResult,
): string {
  const features = byUrgency(report.columns);
  const outputs = [report.predictions, report.target].filter((each): each is ColumnReport => each !== null);
  return renderPage({
    title: `${report.stage} · drift`,
    header: [
      h('p', { class: 'eyebrow' }, 'Drift · reference against current'),
      h('h1', {}, report.stage, ' ', gateBadge(gates)),
      headline(report).map((sentence) => h('p', { class: 'lead' }, sentence)),
      advice(report.advice),
    ],
    sections: [
      section('Gates', gatesTable(gates)),
      section('Performance', performance(report, details)),
      section('Columns', columnTable(features)),
      section('Columns over time', columnsOverTime(details)),
      section('What the model relies on', importanceTable(report)),
      section('Predictions and target', columnTable(outputs)),
      section('Columns together', columnsTogether(report, details)),
      section('Distributions', details ? distributionCards([...outputs, ...features], details) : undefined),
      section('Findings', findingsTable(report.findings)),
      section('Not computed', unavailableTable(report.unavailable)),
      section('How it was measured', methodInWords(report.method, report.columns)),
      section('What was compared', inputFacts(report.inputs)),
    ],
  });
}

const DECISIONS: { readonly [decision in Advice['decision']]: readonly [string, string, string] } = {
  keep: ['good', 'Keep', 'Nothing here asks for a new model.'],
  investigate: ['warn', 'Investigate', 'Something changed; look before you trust new predictions.'],
  retrain: ['bad', 'Retrain', 'The model is worse than it was by more than you tolerate.'],
  block: ['bad', 'Block', 'The model cannot read this data as it is.'],
};

/** A loss is a loss, whatever the cause; what to do about it is not the same. */
function meaningOf({ decision, basis, loss, probability }: Advice, usual: string): string {
  if (decision === 'investigate' && basis === 'labels')
    return 'Perhaps the model is worse than it was by more than you tolerate; these labels are too few to tell.';
  if (decision === 'investigate' && basis === 'estimate' && (probability.value ?? 0) >= 0.5)
    return 'By its own scores the model may be worse than it was by more than you tolerate. Labels of some current rows would tell.';
  if (decision !== 'retrain') return usual;
  if (basis === 'estimate')
    return 'By its own scores the model is worse than it was by more than you tolerate: the rows are harder for it. Labels of some of them would tell whether that is so. Ask first why such rows came.';
  if (loss === 'foreseen')
    return `${usual} Training again helps only with many rows like these; ask first why they came.`;
  return loss === 'unforeseen' ? `${usual} Train again on rows with labels of today.` : usual;
}

function advice(given: Advice): Markup {
  const { decision, probability, for: pro, against, caveats } = given;
  const [className, word, usual] = DECISIONS[decision] ?? ['neutral', decision, ''];
  const odds =
    probability.value === null
      ? probability.reason
        ? `No probability: ${probability.reason}.`
        : undefined
      : `Probability that ${probability.event}: ${probability.value.toFixed(2)}${probability.method ? ` (${probability.method}${probability.replicates > 0 ? `, ${formatCount(probability.replicates)} replicates` : ''})` : ''}.`;
  return h(
    'div',
    { class: `advice ${className}` },
    h('strong', { class: `word ${className}` }, word),
    h('p', {}, meaningOf(given, usual)),
    odds ? h('p', { class: 'soft' }, odds) : undefined,
    h(
      'div',
      { class: 'reasons' },
      reasons('For a new model', pro),
      reasons('Against a new model', against),
      notes(caveats),
    ),
  );
}

function reasons(title: string, list: readonly Evidence[]): Markup | undefined {
  if (list.length === 0) return undefined;
  const items = list.map(({ subject, text }) => h('li', {}, h('b', {}, subject), ` ${unbroken(text)}`));
  return h('div', {}, h('h2', {}, title), h('ul', {}, items));
}

function notes(list: readonly string[]): Markup | undefined {
  if (list.length === 0) return undefined;
  return h(
    'div',
    {},
    h('h2', {}, 'Keep in mind'),
    h(
      'ul',
      {},
      list.map((each) => h('li', {}, unbroken(each))),
    ),
  );
}

/** A number and its sign stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) %/g, '\u00a0%').replaceAll(' ± ', '\u00a0±\u00a0');
}

/** Of many columns those that moved, or nearly, stand open. */
const OPEN = 12;

function columnTable(columns: readonly ColumnReport[]): Child {
  const open = Math.max(OPEN, columns.filter(({ drifted }) => drifted).length);
  const scale = Math.max(0, ...columns.map(({ decides }) => decides?.value ?? 0));
  return foldedTable(
    [
      { title: 'column', class: 'name' },
      { title: '' },
      { title: 'effect', class: 'num' },
      { title: 'against its limit', class: 'picture' },
      { title: 'p adjusted', class: 'num' },
      { title: 'what it means' },
    ],
    columns.map((each) => columnRow(each, scale)),
    open,
    'columns, which moved less',
  );
}

function columnRow(column: ColumnReport, scale: number): Child[] {
  const { decides } = column;
  const title = decides
    ? `${EFFECTS[decides.effect] ?? decides.effect} ${score(decides.value)} of at most ${score(decides.limit)}`
    : 'not tested';
  return [
    [column.column, ' ', h('small', {}, column.kind)],
    column.drifted
      ? badge('warn', '! moved')
      : column.status === 'pass'
        ? badge('pass', '✔ stable')
        : badge(column.status),
    decides ? h('span', { title }, score(decides.value)) : '–',
    decides ? effectStrip(decides.value, decides.limit, scale, title) : '',
    pValue(decides?.p_adjusted ?? decides?.p),
    whatItMeans(column),
  ];
}

/** What happened first, then by which measure that is much or little. */
function whatItMeans(column: ColumnReport): Child {
  const happened = unbroken(sidelights(column));
  if (happened === '') return column.reason;
  return [happened, h('small', { class: 'note' }, unbroken(column.reason))];
}

/** What is worth knowing beside the deciding test, and only where it is not nothing. */
function sidelights(column: ColumnReport): string {
  const { missing, most_moved: most, out_of_range: outside, unseen } = column;
  const parts = [
    most ? `${most.category}: ${percent(most.reference)} → ${percent(most.current)}` : medians(column),
    missing.reference === missing.current
      ? ''
      : `missing ${percent(missing.reference)} → ${percent(missing.current)}`,
    outside ? `${percent(outside)} outside the reference’s range` : '',
    unseen ? `${percent(unseen)} in unseen categories` : '',
  ].filter((part) => part !== '');
  return parts.join(' · ');
}

function medians({ quantiles }: ColumnReport): string {
  const at = quantiles?.p.indexOf(0.5) ?? -1;
  const before = quantiles?.reference[at];
  const now = quantiles?.current[at];
  return before === undefined || now === undefined ? '' : `median ${score(before)} → ${score(now)}`;
}
