// Values that may stand once only: of a column, and of columns together.
import type { Database } from '../frame/duckdb.ts';
import type { Staged } from '../frame/staged.ts';
import type { Judging } from './against-schema.ts';
import { anomaly, counted } from './anomaly.ts';
import { repeated } from './groups.ts';
import type { Anomaly } from './report.ts';
import { isIn, type Schema } from './schema.ts';

/** Also how many checks were made. Columns that are not here are spoken of elsewhere. */
export async function judgeUniqueness(
  database: Database,
  table: Staged,
  schema: Schema,
  { environment, warn }: Judging,
): Promise<{ readonly findings: readonly Anomaly[]; readonly checks: number }> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const single = [...schema.columns]
    .filter(([name, column]) => column.unique === true && isIn(column, environment) && byName.has(name))
    .map(([name]) => [name]);
  const keys = schema.unique.filter((names) => names.every((name) => byName.has(name)));
  const findings: Anomaly[] = [];
  for (const [at, names] of [...single, ...keys].entries()) {
    const columns = names.map((name) => byName.get(name)!);
    const judged = columns.map(({ text }) => `${text} IS NOT NULL`).join(' AND ');
    const { count, places } = await repeated(database, table, columns, judged);
    if (count === 0) continue;
    const [[of]] = (await database.rows(
      `SELECT (count(*) FILTER (WHERE ${judged}))::DOUBLE FROM ${table.from}`,
    )) as [[number]];
    const alone = at < single.length;
    findings.push(
      anomaly(alone ? 'VALUES_NOT_UNIQUE' : 'KEY_NOT_UNIQUE', names.join(', '), warn, {
        message: counted(count, of, alone ? 'values' : 'rows', 'a repetition of an earlier one'),
        value: count / of,
        limit: 0,
        count,
        of,
        places,
        accept: alone ? `${names[0]}.unique` : null,
      }),
    );
  }
  return { findings, checks: single.length + keys.length };
}
