// What changed, in the tables of the page: params, metrics, data with what changed inside them.
import type { Artifact } from '../../core/artifact.ts';
import { formatBytes, formatCount } from '../../util/units.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { badge, type Column, dataTable, foldedTable, metricName, score, signed } from '../report/parts.ts';
import { type Clause, insideOf } from './inside.ts';
import { byWeight, isQuiet, looksSame } from './metric-order.ts';
import type { MetricChange, PipelineView } from './types.ts';
import { valueInWords } from './value-words.ts';

export function paramsTable({ changes, against }: PipelineView): Markup | undefined {
  return dataTable(
    [{ title: 'param', class: 'name' }, ...sides(against)],
    changes.params.map(({ file, key, was, now }) => [
      [key, ' ', h('small', {}, file)],
      shown(was),
      shown(now),
      difference(was, now),
    ]),
  );
}

/** What may be chance is one click away. */
export function metricsTable(view: PipelineView): Child {
  const changes = byWeight(view);
  const told = changes.filter((each) => !isQuiet(each, view.stages));
  const columns: readonly Column[] = [
    { title: 'metric', class: 'name' },
    ...sides(view.against),
    { title: '' },
  ];
  return foldedTable(
    columns,
    changes.map((change) => [
      nameOf(change.file, change.key),
      shown(change.was),
      [shown(change.now), change.interval ? h('small', {}, ` ${halfOf(change.interval)}`) : undefined],
      difference(change.was, change.now),
      wayBadge(change),
    ]),
    Math.min(Math.max(told.length, FEW), OPEN),
    told.length > OPEN ? 'metrics' : 'metrics: no change beyond chance',
  );
}

const FEW = 4;
const OPEN = 12;

function sides(against: PipelineView['against']): Column[] {
  return [
    { title: against?.name ?? 'before', class: 'num' },
    { title: 'now', class: 'num' },
    { title: 'change', class: 'num' },
  ];
}

function difference(was: unknown, now: unknown): string {
  return typeof was === 'number' && typeof now === 'number'
    ? signed(Number((now - was).toPrecision(12)))
    : '';
}

/** `±0.02` */
function halfOf([low, high]: readonly [number, number]): string {
  return `±${score(high / 2 - low / 2)}`;
}

/** The sign of the change says which way the number went: this says whether that is good. */
function wayBadge(change: MetricChange): Child {
  const { better, chance } = change;
  if (chance === 'within') return badge('skipped', 'may be chance');
  if (better === undefined || looksSame(change)) return '';
  const words = better ? '✔ better' : '✖ worse';
  if (chance === undefined) return badge(better ? 'pass' : 'warn', words);
  return badge(better ? 'pass' : 'fail', `${words}, beyond chance`);
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? valueInWords(value) : score(value);
}

export function artifactTable({ changes, tables, folders }: PipelineView): Child {
  const known = new Set<string>(changes.data.map(({ path }) => path));
  const inside = (path: string): Child =>
    insideOf({ tables, folders }, path).map((clause) => h('small', { class: 'note' }, clause.map(pieceOf)));
  return foldedTable(
    [
      { title: 'path', class: 'name' },
      { title: '' },
      { title: 'before', class: 'num' },
      { title: 'now', class: 'num' },
    ],
    [
      ...changes.data.map(({ path, was, now }) => [
        [h('code', {}, path), inside(path)],
        was === undefined ? 'new' : now === undefined ? 'gone' : 'changed',
        sizeOf(was),
        sizeOf(now),
      ]),
      // Inside directories.
      ...tables
        .filter(({ path }) => !known.has(path))
        .map(({ path }) => [[h('code', {}, path), inside(path)], '', '', '']),
    ],
    OPEN,
    'paths',
  );
}

function pieceOf(piece: Clause[number]): Child {
  return typeof piece === 'string' ? piece : h('code', {}, piece.name);
}

export function sizeOf(artifact: Artifact | null | undefined): string {
  if (!artifact) return '–';
  const files = 'files' in artifact ? `, ${formatCount(artifact.files)} files` : '';
  return `${formatBytes(artifact.bytes)}${files}`;
}

export function nameOf(file: string, key: string): Child {
  return [metricName(key), ' ', h('small', {}, file)];
}
