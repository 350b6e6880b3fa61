// What a column looks like over all rows of a file, asked of the database instead of read out of it.
import { type Database, literal } from './duckdb.ts';
import { NULL_WORDS, type Reading, scanSql } from './reading.ts';
import { queryRows, type Relation } from './relation.ts';
import type { ColumnOverrides } from './source.ts';
import type { Seen } from './types.ts';

/** DuckDB plans a query in more than the square of its expressions: 300 columns in one take ten times as long as in tens. */
const AT_ONCE = 32;

/** A query for each few of `names`, which the relation has. */
export async function seeColumns(
  database: Database,
  relation: Relation,
  names: readonly string[],
  readings: ReadonlyMap<string, Reading>,
  overrides: ColumnOverrides,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const few = names.slice(at, at + AT_ONCE);
    seen.push(...(await seeFew(database, relation, few, readings, overrides)));
  }
  return seen;
}

async function seeFew(
  database: Database,
  relation: Relation,
  names: readonly string[],
  readings: ReadonlyMap<string, Reading>,
  overrides: ColumnOverrides,
): Promise<readonly Seen[]> {
  const cells = names.flatMap((name, at) => {
    const [value, text] = scanSql(name, relation, readings.get(name)!, overrides);
    return [`${value} AS v${at}`, `${text} AS t${at}`];
  });
  const asked = names.flatMap((name, at) => questionsOf(readings.get(name)!, `v${at}`, `t${at}`));
  const sql = `SELECT ${asked.join(', ')} FROM (SELECT ${cells.join(', ')} FROM ${relation.source})`;
  const row = (await queryRows(database, relation, sql))[0]!;
  return names.map((_, at) => {
    const [fitting, strange, whole, beyond] = row.slice(at * QUESTIONS, (at + 1) * QUESTIONS);
    return {
      fitting: Number(fitting),
      strange: strange as string | null,
      whole: whole !== false,
      beyond: beyond === true,
    };
  });
}

const QUESTIONS = 4;

function questionsOf(reading: Reading, value: string, text: string): readonly string[] {
  const there = `FILTER (WHERE NOT isnan(${value}))`;
  const fitting = `count(*) ${there}`;
  if (reading === 'text') return [fitting, 'NULL', 'false', 'false'];
  const words = [...NULL_WORDS].map(literal).join(', ');
  const known = reading === 'number' ? ` AND ${text} NOT IN (${words})` : '';
  return [
    fitting,
    `any_value(${text}) FILTER (WHERE isnan(${value})${known})`,
    `bool_and(isfinite(${value}) AND ${value} = trunc(${value})) ${there}`,
    `bool_or(abs(${value}) > ${Number.MAX_SAFE_INTEGER}) ${there}`,
  ];
}

/** Of two files of one data set. */
export function seenTogether(a: Seen, b: Seen): Seen {
  return {
    fitting: a.fitting + b.fitting,
    strange: a.strange ?? b.strange,
    whole: a.whole && b.whole,
    beyond: a.beyond || b.beyond,
  };
}
