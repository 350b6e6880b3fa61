// What a data set is, column by column, in one pass: enough to write a schema from, or to widen one.

import type { Database } from '../frame/duckdb.ts';
import type { CellType } from '../frame/frame.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { Questions } from './questions.ts';

export interface ColumnFacts {
  readonly name: string;
  readonly type: CellType;
  readonly rows: number;
  /** Rows with a value. */
  readonly present: number;
  /** Within about 2 %. */
  readonly distinct: number;
  /** Of the finite numbers; of times in milliseconds since 1970. Null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly infinite: number;
  /** Cells of a text column that are numbers. */
  readonly numbers: number;
  /** Of the cells as text, in code points. */
  readonly length: { readonly min: number; readonly max: number } | null;
}

export async function factsOf(
  database: Database,
  table: Staged,
  columns: readonly StagedColumn[] = table.columns,
): Promise<readonly ColumnFacts[]> {
  const questions = new Questions();
  const rows = questions.ask('count(*)');
  const asked = columns.map((column) => ({ column, ...askFacts(column, questions) }));
  await questions.answer(database, table.from);
  return asked.map(({ column, present, distinct, min, max, infinite, numbers, shortest, longest }) => {
    const [short, long] = [shortest(), longest()];
    return {
      name: column.name,
      type: column.type,
      rows: rows() ?? 0,
      present: present() ?? 0,
      distinct: Math.min(distinct() ?? 0, present() ?? 0),
      min: min(),
      max: max(),
      infinite: infinite() ?? 0,
      numbers: numbers() ?? 0,
      length: short === null || long === null ? null : { min: short, max: long },
    };
  });
}

function askFacts({ kind, text, number }: StagedColumn, questions: Questions) {
  const finite = `FILTER (WHERE isfinite(${number}))`;
  const numeric = kind !== 'categorical';
  const nothing = (): null => null;
  return {
    present: questions.ask(`count(${text})`),
    distinct: questions.ask(`approx_count_distinct(${text})`),
    min: numeric ? questions.ask(`min(${number}) ${finite}`) : nothing,
    max: numeric ? questions.ask(`max(${number}) ${finite}`) : nothing,
    infinite: numeric ? questions.ask(`count(*) FILTER (WHERE isinf(${number}))`) : nothing,
    numbers: numeric ? nothing : questions.ask(`count(TRY_CAST(${text} AS DOUBLE))`),
    shortest: numeric ? nothing : questions.ask(`min(length(${text}))`),
    longest: numeric ? nothing : questions.ask(`max(length(${text}))`),
  };
}

/** The values of a column and how many rows have them: the most frequent first, then by text; at most `most`. */
export async function valuesOf(
  database: Database,
  table: Staged,
  { text }: StagedColumn,
  most: number,
): Promise<readonly (readonly [value: string, rows: number])[]> {
  const rows = await database.rows(
    `SELECT ${text} AS value, count(*)::DOUBLE AS n FROM ${table.from} WHERE ${text} IS NOT NULL GROUP BY 1 ORDER BY n DESC, value LIMIT ${most}`,
  );
  return rows as [string, number][];
}
