// A column as an axis: every row that has a value stands somewhere between 0 and 1. Numbers stand by size, by order of
// magnitude where they span two of them; everything else in words, in order.
import { type Cell, cellOf, type ExperimentRow, type ValueColumn } from '../../core/experiment-table.ts';
import type { Json } from '../../core/json.ts';
import { ticks, tickText } from '../../render/chart/scale.ts';
import { formatMs } from '../../util/units.ts';

export interface Mark {
  readonly at: number;
  readonly text: string;
}

export interface Axis {
  readonly cell: Cell;
  readonly title: string;
  readonly scale: 'linear' | 'log' | 'words';
  /** One a row; NaN where it has none. */
  readonly places: Float64Array;
  readonly marks: readonly Mark[];
  /** What stands there, in words. */
  textAt(place: number): string;
  readonly better: ValueColumn['better'];
  /** How many there are, of words. */
  readonly words: number;
}

/** Undefined: no row has a value, or all have the same. */
export function axisOf(
  cell: Cell,
  title: string,
  rows: readonly ExperimentRow[],
  columns: readonly ValueColumn[],
): Axis | undefined {
  const values = rows.map((row) => numberOf(cell, cellOf(row, cell)));
  const present = values.filter((value) => value !== undefined);
  if (new Set(present.map((value) => JSON.stringify(value))).size < 2) return undefined;
  const better = cell.kind === 'value' ? columns[cell.at]!.better : null;
  const about = { cell, title, better };
  return present.every((value) => typeof value === 'number')
    ? { ...about, ...ofNumbers(cell, values as (number | undefined)[]) }
    : { ...about, ...ofWords(values) };
}

function numberOf(cell: Cell, value: Json | undefined): Json | undefined {
  if (cell.kind === 'created' && typeof value === 'string') return Date.parse(value);
  return value === null ? undefined : value;
}

type Scaled = Pick<Axis, 'scale' | 'places' | 'marks' | 'textAt' | 'words'>;

/** Orders of magnitude are worth an axis of their own from here on. */
const LOG_SPAN = 100;

function ofNumbers(cell: Cell, values: readonly (number | undefined)[]): Scaled {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === undefined) continue;
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  const say = wordsOf(cell);
  const log = from > 0 && to / from >= LOG_SPAN && cell.kind !== 'created';
  const [low, high] = log ? [Math.log(from), Math.log(to)] : [from, to];
  const place = (value: number): number => ((log ? Math.log(value) : value) - low) / (high - low);
  const valueAt = (at: number): number => (log ? Math.exp(low + at * (high - low)) : low + at * (high - low));
  const steps = log
    ? powers(from, to)
    : cell.kind === 'created'
      ? [from, (from + to) / 2, to]
      : ticks([from, to], 5);
  return {
    scale: log ? 'log' : 'linear',
    words: 0,
    places: Float64Array.from(values, (value) => (value === undefined ? Number.NaN : place(value))),
    marks: steps.map((value) => ({ at: place(value), text: say(value) })),
    textAt: (at) => say(Number(valueAt(at).toPrecision(4))),
  };
}

function wordsOf(cell: Cell): (value: number) => string {
  if (cell.kind === 'duration') return formatMs;
  if (cell.kind === 'created') return (value) => new Date(value).toISOString().slice(5, 16).replace('T', ' ');
  return tickText;
}

/** 1, 10, 100 …; with 2 and 5 between where these are few. */
function powers(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from));
  const last = Math.ceil(Math.log10(to));
  const factors = last - first > 3 ? [1] : [1, 2, 5];
  return Array.from({ length: last - first + 1 }, (_, at) => factors.map((each) => each * 10 ** (first + at)))
    .flat()
    .map((value) => Number(value.toPrecision(1)))
    .filter((value) => value >= from && value <= to);
}

/** More than these are not told apart by their names. */
const MAX_MARKS = 24;

function ofWords(values: readonly (Json | undefined)[]): Scaled {
  const texts = values.map((value) => (value === undefined ? undefined : asText(value)));
  const names = [...new Set(texts.filter((text) => text !== undefined))].sort((a, b) => (a < b ? -1 : 1));
  const at = new Map(names.map((name, index) => [name, (index + 0.5) / names.length]));
  const every = Math.ceil(names.length / MAX_MARKS);
  return {
    scale: 'words',
    words: names.length,
    places: Float64Array.from(texts, (text) => (text === undefined ? Number.NaN : at.get(text)!)),
    marks: names.filter((_, index) => index % every === 0).map((text) => ({ at: at.get(text)!, text })),
    textAt: (place) => names[Math.min(names.length - 1, Math.max(0, Math.floor(place * names.length)))]!,
  };
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
