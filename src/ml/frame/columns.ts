// From DuckDB's chunks to the cells of columns, and from cells to columns.
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { fail } from '../../core/failure.ts';
import { byCodeUnit } from '../../util/compare.ts';
import type { CellStore, Cells } from './cells.ts';
import { type CellType, type Column, textAt, type ValueColumn } from './frame.ts';
import { NULL_WORDS, type Reading } from './reading.ts';
import { ShortTexts } from './short-texts.ts';
import type { ColumnOverrides } from './source.ts';
import type { Seen } from './types.ts';
import { numbersOf, textWordsOf } from './vectors.ts';

/** What a pass over all rows of a source found in one column. */
export interface Scanned extends Seen {
  readonly content:
    | { readonly kind: 'values'; readonly cells: Cells<Float64Array> }
    | { readonly kind: 'texts'; readonly cells: Cells<Int32Array>; readonly dictionary: readonly string[] }
    | { readonly kind: 'too many texts' };
  readonly nulls: number;
}

export interface Scanner {
  /** Columns `index` and the next one of the chunk are those of `scanSql`. */
  add(chunk: DuckDBDataChunk, index: number): void;
  finish(): Scanned;
}

/** More different texts than this in one column are not told apart: their names alone would fill the memory. */
const MAX_TEXTS = 1 << 22;

export function scannerOf(reading: Reading, store: CellStore, maxTexts = MAX_TEXTS): Scanner {
  return reading === 'text' ? textScanner(store, maxTexts) : valueScanner(reading, store);
}

function valueScanner(reading: Reading, store: CellStore): Scanner {
  const writer = store.numbers();
  let nulls = 0;
  let rows = 0;
  let strange: string | null = null;
  let whole = true;
  let beyond = false;
  return {
    add(chunk, index) {
      const values = numbersOf(chunk.getColumnVector(index));
      writer.addAll(values);
      rows += values.length;
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) {
          nulls++;
          if (strange !== null) continue;
          const text = chunk.getColumnVector(index + 1).getItem(i) as string | null;
          if (text !== null && !(reading === 'number' && NULL_WORDS.has(text))) strange = text;
        } else if (whole && !Number.isSafeInteger(value)) {
          if (Number.isInteger(value)) beyond = true;
          else whole = false;
        }
      }
    },
    finish() {
      const cells = writer.finish();
      const content = { kind: 'values' as const, cells };
      return { content, nulls, fitting: rows - nulls, strange, whole, beyond };
    },
  };
}

function textScanner(store: CellStore, maxTexts: number): Scanner {
  const writer = store.codes();
  const codeOf = new Map<string, number>();
  const short = new ShortTexts();
  let nulls = 0;
  let rows = 0;
  let tooMany = false;
  const textCode = (text: string): number => {
    const code = codeOf.get(text) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(text, code);
    return code;
  };
  return {
    add(chunk, index) {
      const present = numbersOf(chunk.getColumnVector(index));
      const vector = chunk.getColumnVector(index + 1);
      const words = tooMany ? null : textWordsOf(vector);
      rows += present.length;
      for (let i = 0; i < present.length; i++) {
        if (Number.isNaN(present[i])) {
          nulls++;
          writer.add(-1);
        } else if (!tooMany) {
          const add = (): number => textCode(vector.getItem(i) as string);
          const code = words ? short.codeOf(words, 4 * i, add) : -1;
          writer.add(code < 0 ? add() : code);
        }
      }
      if (codeOf.size <= maxTexts) return;
      tooMany = true;
      codeOf.clear();
    },
    finish() {
      const common = { nulls, fitting: rows - nulls, strange: null, whole: false, beyond: false };
      if (tooMany) return { ...common, content: { kind: 'too many texts' } };
      const { dictionary, places } = sortedTexts(codeOf);
      return { ...common, content: { kind: 'texts', cells: writer.finish(places), dictionary } };
    },
  };
}

/** Texts in the order of first appearance → sorted by code unit, and where each has gone. */
function sortedTexts(codeOf: ReadonlyMap<string, number>): {
  readonly dictionary: readonly string[];
  readonly places: Int32Array;
} {
  const dictionary = [...codeOf.keys()].sort(byCodeUnit);
  const places = new Int32Array(dictionary.length);
  dictionary.forEach((text, place) => {
    places[codeOf.get(text)!] = place;
  });
  return { dictionary, places };
}

export interface ColumnPlan {
  readonly name: string;
  readonly type: CellType;
  readonly kind: Column['kind'];
  /** Why the cells were read otherwise than they look. */
  readonly note?: string;
}

/** A column and its cells; null where there are too many texts to have any. */
export interface CellColumn {
  readonly column: Column;
  readonly cells: Cells<Float64Array> | Cells<Int32Array> | null;
}

export function columnOf(plan: ColumnPlan, { content, nulls }: Scanned, store: CellStore): CellColumn {
  const named = { ...plan, nulls };
  if (content.kind === 'too many texts') return tooManyTexts(named);
  if (content.kind === 'texts') return textColumn(named, content.cells, content.dictionary);
  return plan.kind === 'categorical'
    ? numbersAsTexts(named, content.cells, store)
    : valueColumn(named, content.cells);
}

/** The rows at `indexes` of a column, its cells in `store`. */
export function takeCells(column: Column, indexes: Int32Array, store: CellStore): CellColumn {
  const { name, type, kind, note } = column;
  const plan = { name, type, kind, ...(note === undefined ? {} : { note }) };
  if (column.kind !== 'categorical') {
    const { values } = column;
    const writer = store.numbers();
    let nulls = 0;
    for (const row of indexes) {
      writer.add(values[row]!);
      if (Number.isNaN(values[row]!)) nulls++;
    }
    return valueColumn({ ...plan, nulls }, writer.finish());
  }
  if (column.tooMany) return tooManyTexts({ ...plan, nulls: column.nulls });
  const { codes, dictionary } = column;
  const writer = store.codes();
  let nulls = 0;
  for (const row of indexes) {
    writer.add(codes[row]!);
    if (codes[row]! < 0) nulls++;
  }
  return textColumn({ ...plan, nulls }, writer.finish(), dictionary);
}

export function planColumn(
  name: string,
  type: CellType,
  overrides: ColumnOverrides,
  note: string | undefined,
): ColumnPlan {
  const kind = overrides[name]?.kind;
  const plan = { name, type, ...(note === undefined ? {} : { note }) };
  if (kind === 'categorical' || kind === 'text' || kind === 'id' || type === 'string')
    return { ...plan, kind: 'categorical' };
  if (type === 'datetime') return { ...plan, kind: 'datetime' };
  return { ...plan, kind: type === 'bool' && kind !== 'numeric' ? 'boolean' : 'numeric' };
}

interface Counted extends ColumnPlan {
  readonly nulls: number;
}

/** Cells that lie in a file are read when they are asked for. */
function valueColumn(plan: Counted, cells: Cells<Float64Array>): CellColumn {
  const named = { ...plan, kind: plan.kind as ValueColumn['kind'] };
  if (cells.resident) return { column: { ...named, values: cells.whole() }, cells };
  const column: Column = {
    ...named,
    get values() {
      return cells.whole();
    },
  };
  return { column: withPart(column, cells), cells };
}

function textColumn(plan: Counted, cells: Cells<Int32Array>, dictionary: readonly string[]): CellColumn {
  const named = { ...plan, kind: 'categorical' as const, dictionary };
  if (cells.resident) return { column: { ...named, codes: cells.whole() }, cells };
  const column: Column = {
    ...named,
    get codes() {
      return cells.whole();
    },
  };
  return { column: withPart(column, cells), cells };
}

/** Not enumerable: what is copied from the column with other cells must not read these. */
function withPart(column: Column, { part }: Cells<Float64Array> | Cells<Int32Array>): Column {
  return Object.defineProperty(column, 'part', { value: part });
}

function tooManyTexts(plan: Counted): CellColumn {
  const column: Column = {
    ...plan,
    kind: 'categorical',
    dictionary: [],
    tooMany: true,
    get codes(): Int32Array {
      return fail(
        'config',
        `column "${plan.name}" holds more than ${MAX_TEXTS} different texts, too many to tell apart`,
        { help: `leave it out: columns: {${plan.name}: {kind: ignore}}` },
      );
    },
  };
  return { column, cells: null };
}

const WRITTEN_AS: { readonly [type in CellType]: ValueColumn['kind'] } = {
  int64: 'numeric',
  float64: 'numeric',
  bool: 'boolean',
  datetime: 'datetime',
  string: 'numeric',
};

/** Numbers read as categories, written as JavaScript writes them: 3, not 3.0. */
function numbersAsTexts(plan: Counted, cells: Cells<Float64Array>, store: CellStore): CellColumn {
  const one: ValueColumn = { ...plan, kind: WRITTEN_AS[plan.type], values: new Float64Array(1) };
  const textOf = (value: number): string => {
    one.values[0] = value;
    return textAt(one, 0)!;
  };
  const writer = store.codes();
  const codeOf = new Map<number, number>();
  for (const value of cells.whole()) {
    const code = Number.isNaN(value) ? -1 : (codeOf.get(value) ?? codeOf.size);
    if (code === codeOf.size) codeOf.set(value, code);
    writer.add(code);
    if (codeOf.size > MAX_TEXTS) return tooManyTexts(plan);
  }
  const texts = new Map([...codeOf].map(([value, code]) => [textOf(value), code]));
  const { dictionary, places } = sortedTexts(texts);
  return textColumn(plan, writer.finish(places), dictionary);
}
