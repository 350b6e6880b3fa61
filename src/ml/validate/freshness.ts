// How old the newest rows are. The clock of the machine plays no part, or the same data would pass today and fail
// tomorrow without a change in any key: the reference is another column, or `now`, which stands in the pipeline.
import type { Database } from '../frame/duckdb.ts';
import type { Staged } from '../frame/staged.ts';
import { millisecondsOf } from '../frame/where-values.ts';
import { anomaly, unjudged } from './anomaly.ts';
import { Questions } from './questions.ts';
import type { Anomaly } from './report.ts';
import { durationMs, type FreshnessSchema, type Schema } from './schema.ts';

export async function judgeFreshness(
  database: Database,
  table: Staged,
  schema: Schema,
  now: string | null,
  warn: readonly string[],
): Promise<readonly Anomaly[]> {
  const questions = new Questions();
  const newest = (name: string): (() => number | null) | undefined => {
    const column = table.columns.find((each) => each.name === name);
    return column && questions.ask(`max(${column.number})`);
  };
  const asked = schema.freshness.map((rule) => ({
    rule,
    value: newest(rule.column),
    reference: rule.of === undefined ? undefined : newest(rule.of),
  }));
  await questions.answer(database, table.from);
  return asked.flatMap(({ rule, value, reference }) => {
    const limit =
      rule.of === undefined ? (now === null ? null : millisecondsOf(now)) : (reference?.() ?? null);
    return judge(rule, value?.() ?? null, limit, warn);
  });
}

function judge(
  { column, within, of }: FreshnessSchema,
  newest: number | null,
  reference: number | null,
  warn: readonly string[],
): Anomaly[] {
  const cannot = (message: string): Anomaly[] => [unjudged('DATA_NOT_FRESH', column, message, within)];
  if (newest === null) return cannot('the column has no time, so nothing can be fresh');
  if (reference === null)
    return cannot(
      of === undefined
        ? 'there is no time to compare with: give the stage now: 2026-01-31, or the schema of: COLUMN'
        : `column "${of}" has no time to compare with`,
    );
  const age = reference - newest;
  if (age <= durationMs(within)) return [];
  return [
    anomaly('DATA_NOT_FRESH', column, warn, {
      message: `the newest row is ${days(age)} older than ${of ?? 'now'}; at most ${within} are allowed`,
      value: age / 1000,
      limit: durationMs(within) / 1000,
    }),
  ];
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  return hours < 48 ? `${Number(hours.toPrecision(3))} hours` : `${Number((hours / 24).toPrecision(3))} days`;
}
