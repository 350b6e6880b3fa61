// What changed inside an artifact, in words: rows and columns of a table, files of a folder.

import type { FolderChange, TableChange } from '../../core/data-change.ts';
import { formatCount, plural } from '../../util/units.ts';
import type { PipelineView } from './types.ts';

/** Words of ours, and names out of the data: who draws them sets those apart. */
export type Clause = readonly (string | { readonly name: string })[];

/** None where nobody looked inside. */
export function insideOf(
  { tables, folders }: Pick<PipelineView, 'tables' | 'folders'>,
  path: string,
): Clause[] {
  const table = tables.find((each) => each.path === path);
  const folder = folders.find((each) => each.path === path);
  return [...(table ? ofTable(table) : []), ...(folder ? ofFolder(folder) : [])];
}

function ofTable({ rows, columns: { added, removed, retyped }, unavailable }: TableChange): Clause[] {
  if (unavailable !== null) return [[`not looked into: ${unavailable}`]];
  if (rows.was === null && rows.now !== null)
    return [[`${plural(rows.now, 'row')}, ${plural(added.length, 'column')}`]];
  if (rows.now === null && rows.was !== null)
    return [[`had ${plural(rows.was, 'row')}, ${plural(removed.length, 'column')}`]];
  return [
    ...rowWords(rows),
    ...columnWords(
      'new',
      added.map(({ name, type }) => [{ name }, ` ${type}`]),
    ),
    ...columnWords(
      'lost',
      removed.map(({ name }) => [{ name }]),
    ),
    ...columnWords(
      'retyped',
      retyped.map(({ name, was, now }) => [{ name }, ` ${was} → ${now}`]),
    ),
  ];
}

/** `rows 4,000 → 4,210 (+210)` */
function rowWords({ was, now }: TableChange['rows']): Clause[] {
  if (was === null || now === null) return [];
  if (was === now) return [[`${plural(now, 'row')} as before`]];
  const change = now > was ? `+${formatCount(now - was)}` : `−${formatCount(was - now)}`;
  return [[`rows ${formatCount(was)} → ${formatCount(now)} (${change})`]];
}

function columnWords(what: string, columns: readonly Clause[]): Clause[] {
  return columns.length === 0
    ? []
    : [[`${what} ${columns.length === 1 ? 'column' : 'columns'} `, ...someOf(columns)]];
}

/** `12 added, 2 removed`, then some of their names. */
function ofFolder(change: FolderChange): Clause[] {
  const hows = ['added', 'removed', 'modified'] as const;
  const counts = hows.filter((how) => change[how] > 0).map((how) => `${formatCount(change[how])} ${how}`);
  const names = change.examples.map(({ how, name }): Clause => [`${SIGNS[how]} `, { name }]);
  return [...(counts.length > 0 ? [[counts.join(', ')]] : []), ...(names.length > 0 ? [someOf(names)] : [])];
}

const SIGNS = { added: '+', removed: '−', modified: '~' } as const;
const NAMED = 5;

function someOf(clauses: readonly Clause[]): Clause {
  const more = clauses.length - NAMED;
  const shown = clauses.slice(0, NAMED).flatMap((each, at) => (at === 0 ? each : [', ', ...each]));
  return more > 0 ? [...shown, ` and ${formatCount(more)} more`] : shown;
}
