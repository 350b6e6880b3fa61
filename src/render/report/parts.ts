// Pieces that both pages are made of.
import { formatCount } from '../../util/units.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { formatScore } from '../run/headline.ts';

const MINUS = { minus: '−' };

/** A measured number, or a dash for what could not be computed. */
export function score(value: unknown): string {
  if (typeof value === 'number') return formatScore(value, MINUS);
  return value === null || value === undefined ? '–' : String(value);
}

export function signed(value: number): string {
  return value > 0 ? `+${score(value)}` : score(value);
}

/** p-values: small ones as an order of magnitude, never as zero. */
export function pValue(p: number | null | undefined): string {
  if (p === null || p === undefined) return '–';
  if (p === 0) return '< 1e-300';
  return p < 0.001 ? p.toExponential(0) : p.toFixed(3);
}

const NAMES: { readonly [metric: string]: string } = {
  f1: 'F1',
  f1_macro: 'F1 macro',
  f1_micro: 'F1 micro',
  f1_weighted: 'F1 weighted',
  r2: 'R²',
  roc_auc: 'ROC AUC',
  roc_auc_ovr: 'ROC AUC, one against rest',
  matthews_corrcoef: 'Matthews correlation',
  wape: 'WAPE',
};

/** A metric's key as people say it. */
export function metricName(key: string): string {
  return NAMES[key] ?? key.replaceAll('_', ' ');
}

export interface MetricCard {
  readonly name: string;
  readonly value: string;
  readonly notes?: readonly Child[];
}

export function metricCards(cards: readonly MetricCard[]): Markup | undefined {
  if (cards.length === 0) return undefined;
  return h(
    'dl',
    { class: 'metrics' },
    cards.map(({ name, value, notes = [] }) =>
      h(
        'div',
        {},
        h('dt', {}, name),
        h(
          'dd',
          {},
          value,
          notes.map((note) => h('small', {}, note)),
        ),
      ),
    ),
  );
}

const BADGES: { readonly [status: string]: readonly [string, string] } = {
  pass: ['good', '✔ pass'],
  warn: ['warn', '! warn'],
  fail: ['bad', '✖ fail'],
  error: ['bad', '✖ error'],
  skipped: ['neutral', '– skipped'],
};

export function badge(status: string, words?: string): Markup {
  const [className, text] = BADGES[status] ?? ['neutral', status];
  return h('span', { class: `badge ${className}` }, words ?? text);
}

export interface Column {
  readonly title: string;
  readonly class?: 'num' | 'name' | 'picture';
}

/** More columns than this do not fit on a phone: there each row becomes a block of its own. */
const NARROW = 3;

/** Rows of cells under titles; the first cell of a row names it. Nothing when there is no row. */
export function dataTable(
  columns: readonly Column[],
  rows: readonly (readonly Child[])[],
): Markup | undefined {
  if (rows.length === 0) return undefined;
  const head = columns.map(({ title, class: className }) =>
    h('th', { scope: 'col', class: className }, title || unseenTitle(className)),
  );
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      row.map((cell, at) => tableCell(columns[at]!, cell, at === 0)),
    ),
  );
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      columns.length > NARROW ? { class: 'stack' } : {},
      h('thead', {}, h('tr', {}, head)),
      h('tbody', {}, body),
    ),
  );
}

/** What needs no title for the eye still has one for the ear. */
function unseenTitle(className: Column['class']): Markup {
  const words = className === 'picture' ? 'picture' : className === 'num' ? 'number' : 'state';
  return h('span', { class: 'unseen' }, words);
}

function tableCell({ title, class: className }: Column, cell: Child, names: boolean): Markup {
  if (names) return h('th', { scope: 'row', class: className }, cell);
  return h('td', { class: className, 'data-title': className === 'num' ? title : undefined }, cell);
}

/** What may be wider than the page scrolls by itself, by keys too. */
export function wide(label: string, ...children: readonly Child[]): Markup {
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label }, children);
}

/** The first `open` rows stand open; the rest is one click away. `rest` says what it is: `which are stable`. */
export function foldedTable(
  columns: readonly Column[],
  rows: readonly (readonly Child[])[],
  open: number,
  rest: string,
): Child {
  // A click for a row or two is one too many.
  if (rows.length <= open + 2) return dataTable(columns, rows);
  return [
    dataTable(columns, rows.slice(0, open)),
    h(
      'details',
      {},
      h('summary', {}, `${formatCount(rows.length - open)} more ${rest}`),
      dataTable(columns, rows.slice(open)),
    ),
  ];
}

/** Terms with what they mean here; those without a meaning are left out. */
export function facts(entries: readonly (readonly [string, Child])[]): Markup {
  return h(
    'dl',
    { class: 'facts' },
    entries
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]),
  );
}

/** What a report says of something that it read; more than this for some. */
interface Input {
  readonly path: string | null;
  readonly sha256: string | null;
  readonly rows?: number;
  readonly used?: number;
  readonly dropped?: { readonly [reason: string]: number };
  /** Weights that a model keeps in files of their own. */
  readonly external?: readonly { readonly path: string; readonly sha256: string }[];
}

/** Which bytes were read, by digest: the same everywhere. */
export function inputFacts(inputs: { readonly [role: string]: Input | null }): Markup {
  return facts(
    Object.entries(inputs).flatMap(([role, input]): [string, Child][] =>
      input ? [[role, inputInWords(input)]] : [],
    ),
  );
}

function inputInWords(input: Input): Child {
  const rows = input.rows === undefined ? '' : ` · ${formatCount(input.rows)} rows`;
  const used =
    input.used === undefined || input.used === input.rows ? '' : `, ${formatCount(input.used)} used`;
  const dropped = Object.entries(input.dropped ?? {})
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `, ${formatCount(count)} dropped (${reason.replaceAll('_', ' ')})`);
  const weights = (input.external ?? []).map(({ path, sha256 }) => [
    h('br'),
    h('code', {}, path),
    digestInWords(sha256),
  ]);
  return [
    h('code', {}, input.path ?? 'columns of the data'),
    rows,
    used,
    dropped,
    digestInWords(input.sha256),
    weights,
  ];
}

function digestInWords(sha256: string | null): Child {
  return sha256 ? [' · sha256 ', h('code', { title: sha256 }, sha256.slice(0, 12))] : undefined;
}

interface Found {
  readonly check: string;
  readonly subject: string;
  readonly status: string;
  readonly message: string;
}

export function findingsTable(findings: readonly Found[]): Markup | undefined {
  return dataTable(
    [{ title: 'subject', class: 'name' }, { title: '' }, { title: 'what was found' }],
    findings.map((each) => [
      each.subject,
      badge(each.status),
      [each.message, ' ', h('small', {}, each.check.replaceAll('_', ' '))],
    ]),
  );
}

/** What could not be computed, and why: silence would read as "fine". */
export function unavailableTable(
  unavailable: { readonly [name: string]: string } | null | undefined,
): Markup | undefined {
  return dataTable(
    [{ title: 'not computed', class: 'name' }, { title: 'because' }],
    Object.entries(unavailable ?? {}),
  );
}

/** `weather = rain, region = north`; an expression, or its name, as it is. */
export function sliceName(by: { readonly [column: string]: unknown } | string): string {
  if (typeof by === 'string') return by;
  return Object.entries(by)
    .map(([column, value]) =>
      column === 'where'
        ? String(value)
        : `${column} = ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
    )
    .join(', ');
}

/** Counts or shares → shares; a side without rows is all zeros. */
export function shares(counts: readonly number[]): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (sum > 0 ? count / sum : 0));
}
