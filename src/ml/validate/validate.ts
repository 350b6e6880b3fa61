// `validate`: data against a schema, and against other data. Measures only; gates judge.
import { resolve } from 'node:path';
import type { ActionContext } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { rounded } from '../evaluate/round.ts';
import type { Database } from '../frame/duckdb.ts';
import { type Staged, stagedColumn, type TypeHint, withStaged } from '../frame/staged.ts';
import { type Judged, judgeBySchema } from './against-schema.ts';
import { judgeAgainst } from './comparators.ts';
import { judgeFreshness } from './freshness.ts';
import { judgeLeaks, type Leaks } from './leakage.ts';
import { type ValidateOptions, validateOptionsOf } from './options.ts';
import { Questions } from './questions.ts';
import type { Anomaly, ColumnRecord, DataInput, ValidateReport } from './report.ts';
import { isIn, type Schema, schemaOf } from './schema.ts';
import { readSchema, type SchemaFile } from './schema-file.ts';
import { judgeUniqueness } from './uniqueness.ts';

export interface Validation {
  readonly report: ValidateReport;
  readonly uses: JsonObject;
}

const NO_SCHEMA: Schema = { ...schemaOf({ columns: {} }), allow_extra: true };

/** `json` fits `validateShape`; paths are relative to `io.cwd`. Equal data and options give equal reports. */
export async function validate(json: JsonObject, io: ActionContext): Promise<Validation> {
  const options = validateOptionsOf(json);
  const file =
    options.schema === null ? undefined : readSchema(resolve(io.cwd, options.schema), options.schema);
  const schema = file?.schema ?? NO_SCHEMA;
  const sources = [options.data, ...(options.against === null ? [] : [options.against])];
  const staging = { cwd: io.cwd, hints: hintsOf(schema), signal: io.signal };
  return withStaged(sources, staging, async ([data, against], database) => {
    requireColumns(data!, against, options);
    const judging = {
      environment: options.environment,
      warn: options.warn,
      minCount: options.privacy.min_count,
    };
    const judged = await judgeBySchema(database, data!, schema, judging);
    const unique = await judgeUniqueness(database, data!, schema, judging);
    const fresh = await judgeFreshness(database, data!, schema, options.now, options.warn);
    const rows = { data: judged.rows, against: against ? await countRows(database, against) : 0 };
    const compared = against
      ? await judgeAgainst(database, { data: data!, against, rows }, schema, judging)
      : [];
    io.signal.throwIfAborted();
    const leaks = await judgeLeaks(database, { data: data!, against, rows: judged.rows }, options);
    const findings = [...judged.findings, ...unique.findings, ...fresh, ...compared, ...leaks.findings];
    const checks = judged.checks + unique.checks + schema.freshness.length + leaks.checks;
    const report = reportOf(io.stage, options, {
      data: data!,
      against,
      rows,
      file,
      schema,
      judged,
      leaks,
      findings,
      checks,
    });
    return { report: rounded(report), uses: {} };
  });
}

/** What a schema says of how cells are read. */
export function hintsOf(schema: Schema): ReadonlyMap<string, TypeHint> {
  return new Map(
    [...schema.columns].map(([name, { type, null_values }]) => [name, { type, nullValues: null_values }]),
  );
}

async function countRows(database: Database, table: Staged): Promise<number> {
  const questions = new Questions();
  const rows = questions.ask('count(*)');
  await questions.answer(database, table.from);
  return rows() ?? 0;
}

/** What the options name has to be there, or nothing would be looked for and all would seem well. */
function requireColumns(data: Staged, against: Staged | undefined, options: ValidateOptions): void {
  if (options.target !== null) stagedColumn(data, options.target, 'target');
  for (const side of against ? [data, against] : [data]) {
    for (const key of options.keys) stagedColumn(side, key, 'key');
    if (options.time !== null) stagedColumn(side, options.time, 'time column');
  }
}

interface Found {
  readonly data: Staged;
  readonly against: Staged | undefined;
  readonly rows: { readonly data: number; readonly against: number };
  readonly file: SchemaFile | undefined;
  readonly schema: Schema;
  readonly judged: Judged;
  readonly leaks: Leaks;
  readonly findings: readonly Anomaly[];
  readonly checks: number;
}

function reportOf(stage: string, options: ValidateOptions, found: Found): ValidateReport {
  const { data, against, rows, file, leaks, findings, checks } = found;
  const of = (status: Anomaly['status']): number => findings.filter((each) => each.status === status).length;
  const summary = {
    checks,
    pass: Math.max(0, checks - findings.length),
    warn: of('warn'),
    fail: of('fail'),
    error: of('error'),
    skipped: of('skipped'),
  };
  return {
    schema: 'mlops.validate/1',
    stage,
    inputs: {
      data: inputOf(data, rows.data),
      schema: file ? { path: file.path, sha256: file.sha256 } : null,
      against: against ? inputOf(against, rows.against) : null,
    },
    environment: options.environment,
    now: options.now,
    method: {
      limits: options.limits,
      warn: options.warn,
      keys: options.keys,
      target: options.target,
      time: options.time,
      exclude: options.exclude,
      min_count: options.privacy.min_count,
      target_rows: leaks.targetRows,
    },
    summary,
    metrics: {
      anomalies: findings.length,
      anomalies_fail: summary.fail + summary.error,
      anomalies_warn: summary.warn,
      rows: rows.data,
      missing_share: missingShare(found),
      ...(leaks.shares.duplicates === null ? {} : { duplicate_share: leaks.shares.duplicates }),
      ...(leaks.shares.shared === null ? {} : { shared_share: leaks.shares.shared }),
    },
    columns: columnRecords(options, found),
    predictive: leaks.predictive,
    findings,
    unavailable: leaks.unavailable,
  };
}

function inputOf({ path, sha256, where }: Staged, rows: number): DataInput {
  return { path, sha256, rows, ...(where === null ? {} : { where }) };
}

/** Of all cells. */
function missingShare({ data, judged }: Found): number | null {
  const cells = judged.rows * data.names.length;
  if (cells === 0) return null;
  return 1 - [...judged.present.values()].reduce((sum, each) => sum + each, 0) / cells;
}

/** In the order of the schema, then of the file. */
function columnRecords(options: ValidateOptions, found: Found): ColumnRecord[] {
  const { data, schema, judged } = found;
  const names = new Set([...schema.columns.keys(), ...data.names]);
  return [...names].map((name) => {
    const staged = data.columns.find((column) => column.name === name);
    const declared = schema.columns.get(name);
    const here = declared === undefined || isIn(declared, options.environment);
    const role =
      name === options.target
        ? 'target'
        : !here
          ? 'elsewhere'
          : staged === undefined
            ? 'absent'
            : declared === undefined && found.file
              ? 'extra'
              : 'column';
    const present = judged.present.get(name);
    return {
      column: name,
      type: staged?.type ?? declared?.type ?? 'string',
      role,
      status: statusOf(name, found),
      missing: present === undefined || judged.rows === 0 ? null : 1 - present / judged.rows,
      checks: judged.made.get(name) ?? 0,
    };
  });
}

function statusOf(name: string, { findings, judged }: Found): ColumnRecord['status'] {
  const statuses = findings.filter(({ subject }) => subject === name).map(({ status }) => status);
  if (statuses.includes('fail') || statuses.includes('error')) return 'fail';
  if (statuses.includes('warn')) return 'warn';
  return judged.made.has(name) ? 'pass' : 'skipped';
}
