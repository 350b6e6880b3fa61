// Rows cut into chunks, to be looked at one after another: by rows, by number, or by time.
import { fail } from '../../core/failure.ts';
import { type Column, rowsWhere } from '../frame/frame.ts';
import { gather } from '../stats/gather.ts';
import { ascending } from '../stats/order.ts';
import type { Pair } from './report.ts';

export type Side = 'reference' | 'current';

/** Neighbouring rows of one side. */
export interface Chunk {
  readonly side: Side;
  /** The day or minute it starts, or the number of its first row. */
  readonly label: string;
  /** Row indexes, in the order of time. */
  readonly rows: Int32Array;
}

/** `number`: the reference in so many chunks, the current rows in chunks of that size, so that limits hold for both. */
export type ChunkRule =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'number'; readonly chunks: number }
  | { readonly kind: 'span'; readonly ms: number };

/** What is left over at the end. `auto`: a chunk of its own from half a chunk up, else part of the one before. */
export type Incomplete = 'auto' | 'keep' | 'append' | 'drop';

const HOUR = 3_600_000;

/** `500 rows`, `10 chunks`, `P7D`, `P2W`, `PT12H`. */
export function chunkRule(text: string): ChunkRule {
  const [, count, what] = /^(\d+) (rows|chunks)$/.exec(text) ?? [];
  if (count !== undefined)
    return what === 'rows'
      ? { kind: 'rows', rows: Math.max(1, Number(count)) }
      : { kind: 'number', chunks: Math.max(1, Number(count)) };
  const [, hours] = /^PT(\d+)H$/.exec(text) ?? [];
  if (hours !== undefined) return { kind: 'span', ms: Number(hours) * HOUR };
  const [, length, unit] = /^P(\d+)([DW])$/.exec(text)!;
  return { kind: 'span', ms: Number(length) * 24 * HOUR * (unit === 'W' ? 7 : 1) };
}

/** More chunks than these are no picture any more, and each chunk says next to nothing. */
const MOST_CHUNKS = 1000;

/** The reference's chunks, then the current ones. Without a time column rows are taken in the order of the file. */
export function splitSides(
  rows: Pair<number>,
  time: Pair<Column> | null,
  rule: ChunkRule,
  incomplete: Incomplete,
): readonly Chunk[] {
  const sized: ChunkRule =
    rule.kind === 'number'
      ? { kind: 'rows', rows: Math.max(1, Math.floor(rows.reference / rule.chunks)) }
      : rule;
  const chunks = (['reference', 'current'] as const).flatMap((side) =>
    splitSide(side, rows[side], time?.[side] ?? null, sized, incomplete),
  );
  if (chunks.length > MOST_CHUNKS)
    fail('config', `time.chunk makes ${chunks.length} chunks, ${MOST_CHUNKS} is the most`, {
      help: 'choose longer chunks',
    });
  return chunks;
}

function splitSide(
  side: Side,
  rows: number,
  time: Column | null,
  rule: ChunkRule,
  incomplete: Incomplete,
): Chunk[] {
  const values = time && timesOf(time);
  const order = values ? orderOf(values) : Int32Array.from({ length: rows }, (_, row) => row);
  const parts = partsOf(order, values, time, rule, incomplete).filter((part) => part.length > 0);
  const dated = time?.kind === 'datetime';
  const starts = parts.map((part) => part[0]!);
  const days = starts.map((row) => (dated ? isoOf(values![row]!, 10) : ''));
  const unique = new Set(days).size === days.length;
  return parts.map((part, i) => ({
    side,
    label: dated ? (unique ? days[i]! : isoOf(values![starts[i]!]!, 16)) : `row ${orderIndex(parts, i) + 1}`,
    rows: part,
  }));
}

/** How many rows stand before a part. */
function orderIndex(parts: readonly Int32Array[], before: number): number {
  return parts.slice(0, before).reduce((sum, { length }) => sum + length, 0);
}

function isoOf(ms: number, characters: number): string {
  return new Date(ms).toISOString().slice(0, characters).replace('T', ' ');
}

/** @param order row indexes in the order of `values`, or of the file. */
export function partsOf(
  order: Int32Array,
  values: Float64Array | null,
  time: Column | null,
  rule: ChunkRule,
  incomplete: Incomplete,
): Int32Array[] {
  if (order.length === 0) return [];
  if (rule.kind === 'span') return bySpan(order, values!, requireDates(rule.ms, time), incomplete);
  const size = rule.kind === 'rows' ? rule.rows : Math.max(1, Math.floor(order.length / rule.chunks));
  const whole = Math.floor(order.length / size);
  const parts = Array.from({ length: whole }, (_, i) => order.slice(i * size, (i + 1) * size));
  const rest = order.slice(whole * size);
  return withRest(parts, rest, rest.length / size, incomplete);
}

function requireDates(ms: number, time: Column | null): number {
  if (time?.kind !== 'datetime')
    fail(
      'config',
      time
        ? `time.chunk by time needs a date column, "${time.name}" holds numbers`
        : 'time.chunk by time needs time.column, a date column',
      { help: 'write time.chunk as "500 rows"' },
    );
  return ms;
}

/** From the first row on. The last row stands for one mean step of its own: 31 daily rows are 31 days, 30 steps apart. */
export function bySpan(
  order: Int32Array,
  values: Float64Array,
  span: number,
  incomplete: Incomplete,
): Int32Array[] {
  const first = values[order[0]!]!;
  const length = (values[order.at(-1)!]! - first) * (order.length / Math.max(1, order.length - 1));
  // A hair under a whole number of spans is that number: mean steps are not exact.
  const whole = Math.floor(length / span + 1e-6);
  const parts: number[][] = Array.from({ length: whole }, () => []);
  const rest: number[] = [];
  for (const row of order) (parts[Math.floor((values[row]! - first) / span)] ?? rest).push(row);
  return withRest(
    parts.map((part) => Int32Array.from(part)),
    Int32Array.from(rest),
    length / span - whole,
    incomplete,
  );
}

/** @param share of a chunk that the rest is. */
function withRest(
  parts: Int32Array[],
  rest: Int32Array,
  share: number,
  incomplete: Incomplete,
): Int32Array[] {
  if (rest.length === 0) return parts;
  const how = incomplete === 'auto' ? (share >= 0.5 ? 'keep' : 'append') : incomplete;
  const last = parts.at(-1);
  // Fewer rows than one chunk: better a short chunk than none.
  if (!last || how === 'keep') return [...parts, rest];
  return how === 'drop' ? parts : [...parts.slice(0, -1), Int32Array.from([...last, ...rest])];
}

export function timesOf(column: Column): Float64Array {
  if (column.kind === 'categorical' || column.kind === 'boolean')
    fail('config', `time column "${column.name}" holds neither dates nor numbers`, {
      help: `read it as a date: columns: {${column.name}: {kind: datetime}}`,
    });
  return column.values;
}

/** Rows that have a time, oldest first. */
export function orderOf(values: Float64Array): Int32Array {
  const rows = rowsWhere(values.length, (row) => Number.isFinite(values[row]!));
  const order = ascending(gather(values, rows));
  for (let i = 0; i < order.length; i++) order[i] = rows[order[i]!]!;
  return new Int32Array(order.buffer);
}
