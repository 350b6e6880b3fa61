// `diff --tables`: how many rows tables have, and which of their columns came, went, or are of another type.
import type { TableChange } from '../../core/data-change.ts';
import { formatCount } from '../../util/units.ts';
import type { Style, Symbols } from '../terminal.ts';
import { truncate } from '../text-width.ts';
import { type Form, tableIn } from './form.ts';

/** One row a table, in the order given. */
export function renderTableChanges(tables: readonly TableChange[], form: Form, style: Style): string {
  const columns = [{ title: 'table' }, { title: 'rows', align: 'right' as const }, { title: 'columns' }];
  const rows = tables.map((table) => [
    table.path,
    rowsInWords(table, style.symbols),
    table.unavailable ?? columnsInWords(table, style.symbols),
  ]);
  return tableIn(form, columns, rows, style);
}

function rowsInWords({ rows: { was, now }, unavailable }: TableChange, { arrow, minus }: Symbols): string {
  if (was === null && now === null) return '';
  const none = unavailable === null ? minus : '?';
  const [before, after] = [was, now].map((count) => (count === null ? none : formatCount(count)));
  return was === now ? after! : `${before} ${arrow} ${after}`;
}

/** Names of each kind that are shown. */
const SHOWN = 4;
const WIDTH = 30;

/** Of a table that is new or gone, only how many it has. */
function columnsInWords(
  { rows, columns: { added, removed, retyped } }: TableChange,
  symbols: Symbols,
): string {
  if (rows.was === null) return `new, ${formatCount(added.length)}`;
  if (rows.now === null) return `gone, ${formatCount(removed.length)}`;
  const parts = [
    ...listed(
      '+',
      added.map(({ name, type }) => `${shown(name)} ${type}`),
    ),
    ...listed(
      '-',
      removed.map(({ name }) => shown(name)),
    ),
    ...listed(
      '~',
      retyped.map(({ name, was, now }) => `${shown(name)} ${was} ${symbols.arrow} ${now}`),
    ),
  ];
  return parts.length > 0 ? parts.join(', ') : 'as they were';
}

function listed(sign: string, names: readonly string[]): string[] {
  const rest = names.length - SHOWN;
  const first = names.slice(0, SHOWN).map((name) => `${sign}${name}`);
  return rest > 0 ? [...first, `${sign}${formatCount(rest)} more`] : first;
}

function shown(name: string): string {
  return truncate(name, WIDTH);
}
