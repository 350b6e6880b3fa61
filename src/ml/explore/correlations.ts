// How numeric columns go together: Pearson's correlation over rows where both have a value.
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { numberSql } from '../frame/where-sql.ts';
import { Questions } from '../validate/questions.ts';
import type { DataSummary, NumberSummary } from './report.ts';

/** A matrix of more columns nobody reads. */
const MOST = 30;

/** Of the columns that vary, in the order of the file. */
export async function correlationsOf(
  database: Database,
  { columns, from }: Staged,
  numbers: ReadonlyMap<string, NumberSummary>,
): Promise<DataSummary['correlations']> {
  const chosen = columns
    .filter(({ name, kind }) => kind === 'numeric' && (numbers.get(name)?.std ?? 0) > 0)
    .slice(0, MOST);
  const scaled = ({ name, number }: StagedColumn): string => {
    const { std } = numbers.get(name)!;
    return std! > 1e140 ? `${number} / ${numberSql(std!)}` : number; // squares of immense numbers have no sum
  };
  const questions = new Questions();
  const asked = chosen.map((a, i) =>
    chosen.slice(0, i).map((b) => questions.ask(`corr(${a.number}, ${b.number})`)),
  );
  // Pairs with a null do not count. A filter on each of the pairs takes ten times as long.
  const finite = chosen.map(
    (column) => `CASE WHEN isfinite(${column.number}) THEN ${scaled(column)} END AS ${column.number}`,
  );
  await questions.answer(database, `(SELECT ${finite.join(', ') || '1 AS one'} FROM ${from})`);
  const at = (i: number, j: number): number | null => {
    if (i === j) return 1;
    const value = asked[Math.max(i, j)]![Math.min(i, j)]!();
    return value === null || !Number.isFinite(value) ? null : value;
  };
  return {
    columns: chosen.map(({ name }) => name),
    matrix: chosen.map((_, i) => chosen.map((__, j) => at(i, j))),
  };
}
