// `params diff`, `metrics show` and `metrics diff`: values in files, by key.
import type { Json } from '../../core/json.ts';
import { formatParam, formatScore } from '../run/headline.ts';
import type { Style, Symbols } from '../terminal.ts';
import { truncate } from '../text-width.ts';
import { type Form, tableIn } from './form.ts';

export interface Value {
  readonly file: string;
  /** Dotted. */
  readonly key: string;
  readonly value: Json;
}

export interface ValueChange {
  readonly file: string;
  readonly key: string;
  /** undefined: the key was not there. */
  readonly was?: Json | undefined;
  readonly now?: Json | undefined;
  /** Of a metric whose direction is known. */
  readonly better?: boolean | undefined;
}

/** The sides of a comparison as the user named them: `main`, `workspace`. */
export interface Sides {
  readonly was: string;
  readonly now: string;
}

export function renderValues(values: readonly Value[], form: Form, style: Style): string {
  if (values.length === 0) return 'no values\n';
  const columns = [{ title: 'file' }, { title: 'key' }, { title: 'value', align: 'right' as const }];
  const rows = values.map(({ file, key, value }) => [file, key, shown('metrics', value, style.symbols)]);
  return tableIn(form, columns, rows, style);
}

/** Params are shown as they were written, metrics rounded. */
export type ValueKind = 'params' | 'metrics';

/** One row a key, in the order given. Numbers get their difference, metrics a word for which way they went. */
export function renderValueChanges(
  kind: ValueKind,
  changes: readonly ValueChange[],
  sides: Sides,
  form: Form,
  style: Style,
): string {
  if (changes.length === 0) return `no differences between ${sides.was} and ${sides.now}\n`;
  const right = 'right' as const;
  const columns = [
    { title: 'file' },
    { title: 'key' },
    { title: sides.was, align: right },
    { title: sides.now, align: right },
    { title: 'change', align: right },
    { title: '' },
  ];
  const rows = changes.map(({ file, key, was, now, better }) => [
    file,
    key,
    was === undefined ? style.symbols.minus : shown(kind, was, style.symbols),
    now === undefined ? style.symbols.minus : shown(kind, now, style.symbols),
    difference(kind, was, now, style.symbols),
    better === undefined ? '' : better ? 'better' : 'worse',
  ]);
  const judged = changes.some(({ better }) => better !== undefined);
  return tableIn(form, judged ? columns : columns.slice(0, -1), rows, style);
}

const MAX_WIDTH = 40;

function shown(kind: ValueKind, value: Json, symbols: Symbols): string {
  if (typeof value === 'number') return FORMATS[kind](value, symbols);
  return truncate(typeof value === 'string' ? value : JSON.stringify(value), MAX_WIDTH, symbols.ellipsis);
}

const FORMATS = { params: formatParam, metrics: formatScore } as const;

function difference(kind: ValueKind, was: Json | undefined, now: Json | undefined, symbols: Symbols): string {
  if (was === undefined) return 'added';
  if (now === undefined) return 'removed';
  if (typeof was !== 'number' || typeof now !== 'number') return '';
  // Of two short decimals the difference is one too: 0.3 − 0.2 is 0.1.
  const change = Number((now - was).toPrecision(12));
  return `${change > 0 ? '+' : ''}${FORMATS[kind](change, symbols)}`;
}
