// From DuckDB's chunks to one typed array for each column, in as few queries as there are files.
import type { DuckDBDataChunk, DuckDBDoubleVector, DuckDBVector } from '@duckdb/node-api';
import { byCodeUnit } from '../../util/compare.ts';
import type { Database } from './duckdb.ts';
import { type CellType, type Column, type Frame, type NumericColumn, textAt } from './frame.ts';
import type { Loaded } from './relation.ts';
import type { ColumnOverrides } from './source.ts';

export interface ColumnPlan {
  readonly name: string;
  readonly type: CellType;
  readonly kind: Column['kind'];
}

export function planColumn(name: string, type: CellType, overrides: ColumnOverrides): ColumnPlan {
  const kind = overrides[name]?.kind;
  if (kind === 'categorical' || kind === 'text' || kind === 'id' || type === 'string')
    return { name, type, kind: 'categorical' };
  if (type === 'datetime') return { name, type, kind: 'datetime' };
  return { name, type, kind: type === 'bool' && kind !== 'numeric' ? 'boolean' : 'numeric' };
}

/** The rows of all of `loaded` one after the other. */
export async function loadColumns(
  database: Database,
  loaded: readonly Loaded[],
  plans: readonly ColumnPlan[],
): Promise<Frame> {
  const rows = loaded.reduce((sum, each) => sum + each.rows, 0);
  if (plans.length === 0) return { rows, columns: new Map() };
  const builders = plans.map((plan) => builderOf(plan, rows));
  for (const each of loaded) {
    const select = plans.map((plan, index) => `${valueSql(plan, each)} AS v${index}`);
    for (const chunk of await database.chunks(`SELECT ${select.join(', ')} FROM ${each.table}`))
      builders.forEach((builder, index) => {
        builder.add(chunk, index);
      });
  }
  return { rows, columns: new Map(builders.map((builder, index) => [plans[index]!.name, builder.finish()])) };
}

/** Numbers arrive as DOUBLE with NaN for null, so that a chunk is copied without looking at it; texts as VARCHAR. */
function valueSql({ name, type }: ColumnPlan, { relation, at }: Loaded): string {
  const index = at.get(name)!;
  const value = castSql(`c${index}`, type);
  if (type === 'string') return value;
  if (type === 'datetime') return `coalesce(epoch_ms(${value})::DOUBLE, 'NaN'::DOUBLE)`;
  const number =
    relation.columns.get(name) === 'infer' && type !== 'bool' ? `n${index}` : `CAST(${value} AS DOUBLE)`;
  return `coalesce(${number}, 'NaN'::DOUBLE)`;
}

const SQL_TYPES: { readonly [type in CellType]: string } = {
  int64: 'BIGINT',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
  datetime: 'TIMESTAMP',
  string: 'VARCHAR',
};

/** NULL where the cell cannot be read; `bad-cell.ts` has looked for such cells before. */
export function castSql(cell: string, type: CellType): string {
  return `TRY_CAST(${cell} AS ${SQL_TYPES[type]})`;
}

interface Builder {
  add(chunk: DuckDBDataChunk, index: number): void;
  finish(): Column;
}

function builderOf(plan: ColumnPlan, rows: number): Builder {
  if (plan.type === 'string') return texts(plan, rows);
  return plan.kind === 'categorical' ? numbersAsTexts(plan, rows) : numbers(plan, rows);
}

function numbers(plan: ColumnPlan, rows: number): Builder {
  const values = new Float64Array(rows);
  let at = 0;
  let nulls = 0;
  return {
    add(chunk, index) {
      const vector = chunk.getColumnVector(index) as DuckDBDoubleVector;
      for (let i = 0; i < vector.itemCount; i++) {
        const value = vector.getItem(i)!;
        if (Number.isNaN(value)) nulls++;
        values[at++] = value;
      }
    },
    finish: () => ({ name: plan.name, type: plan.type, kind: plan.kind as 'numeric', values, nulls }),
  };
}

/** Numbers read as categories, written as JavaScript writes them: 3, not 3.0. */
function numbersAsTexts(plan: ColumnPlan, rows: number): Builder {
  const inner = numbers(plan, rows);
  return {
    add: inner.add,
    finish() {
      const column = { ...(inner.finish() as NumericColumn), kind: WRITTEN_AS[plan.type] };
      return encode(plan, rows, (row) => textAt(column as Column, row));
    },
  };
}

const WRITTEN_AS: { readonly [type in CellType]: Column['kind'] } = {
  int64: 'numeric',
  float64: 'numeric',
  bool: 'boolean',
  datetime: 'datetime',
  string: 'categorical',
};

function texts(plan: ColumnPlan, rows: number): Builder {
  const vectors: DuckDBVector[] = [];
  return {
    add(chunk, index) {
      vectors.push(chunk.getColumnVector(index));
    },
    finish() {
      let vector = 0;
      let start = 0;
      return encode(plan, rows, (row) => {
        if (row - start >= vectors[vector]!.itemCount) start += vectors[vector++]!.itemCount;
        return vectors[vector]!.getItem(row - start) as string | null;
      });
    },
  };
}

/** `textOf` is asked once for each row, in order. */
function encode(plan: ColumnPlan, rows: number, textOf: (row: number) => string | null): Column {
  const codes = new Int32Array(rows);
  const codeOf = new Map<string, number>();
  let nulls = 0;
  for (let row = 0; row < rows; row++) {
    const text = textOf(row);
    if (text === null) {
      codes[row] = -1;
      nulls++;
      continue;
    }
    const code = codeOf.get(text) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(text, code);
    codes[row] = code;
  }
  return { name: plan.name, type: plan.type, kind: 'categorical', nulls, ...sorted(codes, codeOf) };
}

/** Codes in the order of first appearance → codes into a dictionary sorted by code unit. */
function sorted(
  codes: Int32Array,
  codeOf: ReadonlyMap<string, number>,
): { readonly codes: Int32Array; readonly dictionary: readonly string[] } {
  const dictionary = [...codeOf.keys()].sort(byCodeUnit);
  const place = new Int32Array(dictionary.length);
  dictionary.forEach((text, code) => {
    place[codeOf.get(text)!] = code;
  });
  return { codes: codes.map((code) => (code < 0 ? code : place[code]!)), dictionary };
}
