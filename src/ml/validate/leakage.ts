// What makes an evaluation look better than it is: rows that stand twice, rows of the training data in the test, features
// that hold the answer or name the row, test rows from before the training ended.
import type { Database } from '../frame/duckdb.ts';
import type { Staged, StagedColumn } from '../frame/staged.ts';
import { anomaly, counted, percentOf } from './anomaly.ts';
import type { CheckName } from './checks.ts';
import { type Alike, conflicting, repeated, shared } from './groups.ts';
import { locate } from './locate.ts';
import type { ValidateOptions } from './options.ts';
import { predictivePower } from './predictive.ts';
import { Questions } from './questions.ts';
import type { Anomaly, ValidateReport } from './report.ts';
import { sampleOf } from './sample.ts';

export interface Leaks {
  readonly findings: readonly Anomaly[];
  readonly checks: number;
  readonly predictive: ValidateReport['predictive'];
  readonly targetRows: number | null;
  readonly shares: { readonly duplicates: number | null; readonly shared: number | null };
  readonly unavailable: { readonly [name: string]: string };
}

interface Sets {
  readonly data: Staged;
  readonly against: Staged | undefined;
  readonly rows: number;
}

export async function judgeLeaks(database: Database, sets: Sets, options: ValidateOptions): Promise<Leaks> {
  const findings: Anomaly[] = [];
  let checks = 0;
  const { duplicates, shared: sharedLimit } = options.limits;
  const told: { duplicates: number | null; shared: number | null } = { duplicates: null, shared: null };
  const rowsAlike = async (
    check: CheckName,
    subject: string,
    limit: number,
    what: string,
    alike: Promise<Alike>,
  ): Promise<number> => {
    checks++;
    const { count, places } = await alike;
    const share = sets.rows === 0 ? 0 : count / sets.rows;
    if (share > limit)
      findings.push(
        anomaly(check, subject, options.warn, {
          message:
            counted(count, sets.rows, 'rows', what) + (limit > 0 ? `; ${percentOf(limit)} are allowed` : ''),
          value: share,
          limit,
          count,
          of: sets.rows,
          places,
        }),
      );
    return share;
  };
  const { data, against } = sets;
  const compared = comparedColumns(sets, options);
  if (duplicates !== null && data.columns.length > 0)
    told.duplicates = await rowsAlike(
      'DUPLICATE_ROWS',
      'rows',
      duplicates,
      'a repetition of an earlier one',
      repeated(database, data, data.columns),
    );
  if (against && sharedLimit !== null && compared.length > 0)
    told.shared = await rowsAlike(
      'SHARED_ROWS',
      'rows',
      sharedLimit,
      `also in ${against.path}`,
      shared(database, data, against, compared),
    );
  if (against && sharedLimit !== null && options.keys.length > 0)
    await rowsAlike(
      'SHARED_KEYS',
      options.keys.join(', '),
      sharedLimit,
      `about something that ${against.path} knows too`,
      shared(database, data, against, options.keys),
    );
  if (options.target !== null && options.limits.conflicts !== null) {
    const features = compared.filter((name) => name !== options.target);
    if (features.length > 0)
      await rowsAlike(
        'LABEL_CONFLICTS',
        options.target,
        options.limits.conflicts,
        'equal to another one in all features, and not in the target',
        conflicting(
          database,
          data,
          against?.names.includes(options.target) ? against : undefined,
          features,
          options.target,
        ),
      );
  }
  const late = await judgeTime(database, sets, options);
  const ids = await judgeIds(database, sets, options);
  const target = await judgeTarget(database, sets, options);
  return {
    findings: [...findings, ...late.findings, ...ids.findings, ...target.findings],
    checks: checks + late.checks + ids.checks + target.checks,
    predictive: target.predictive,
    targetRows: target.rows,
    shares: told,
    unavailable: target.unavailable,
  };
}

/** What makes two rows the same: all columns that both have, but those that only number them. */
function comparedColumns({ data, against }: Sets, { keys, exclude }: ValidateOptions): readonly string[] {
  const aside = new Set([...keys, ...exclude]);
  return data.names.filter((name) => !aside.has(name) && (against?.names.includes(name) ?? true));
}

function featuresOf(
  { data }: Sets,
  { keys, exclude, target, time }: ValidateOptions,
): readonly StagedColumn[] {
  const aside = new Set([...keys, ...exclude, target, time]);
  return data.columns.filter(({ name, type }) => !aside.has(name) && type !== 'datetime');
}

interface Part {
  readonly findings: readonly Anomaly[];
  readonly checks: number;
}
const NONE: Part = { findings: [], checks: 0 };

/** A model must not be judged on days that it was trained beyond. */
async function judgeTime(
  database: Database,
  { data, against, rows }: Sets,
  options: ValidateOptions,
): Promise<Part> {
  const { time, limits } = options;
  if (time === null || limits.late === null || !against) return NONE;
  const [here, there] = [data, against].map(({ columns }) => columns.find(({ name }) => name === time));
  if (!here || !there) return NONE;
  const [[newest]] = (await database.rows(`SELECT max(${there.number}) FROM ${against.from}`)) as [
    [number | null],
  ];
  if (newest === null || rows === 0) return NONE;
  const early = `${here.number} < (${newest})::DOUBLE`;
  const [[count]] = (await database.rows(
    `SELECT (count(*) FILTER (WHERE ${early}))::DOUBLE FROM ${data.from}`,
  )) as [[number]];
  if (count / rows <= limits.late) return { findings: [], checks: 1 };
  const [places] = await locate(database, data, [early]);
  return {
    checks: 1,
    findings: [
      anomaly('TIME_LEAKAGE', time, options.warn, {
        message: counted(count, rows, 'rows', `older than the newest of ${against.path}`),
        value: count / rows,
        limit: limits.late,
        count,
        of: rows,
        places: places!,
      }),
    ],
  };
}

const MIN_ROWS = 30;

/** Whole numbers and texts that are nearly all different name the row. Fractions are so by nature. */
async function judgeIds(database: Database, sets: Sets, options: ValidateOptions): Promise<Part> {
  const { id } = options.limits;
  if (id === null || options.target === null || sets.rows < MIN_ROWS) return NONE;
  const features = featuresOf(sets, options).filter(({ type }) => type === 'int64' || type === 'string');
  const questions = new Questions();
  const counts = features.map(({ text }) => ({
    present: questions.ask(`count(${text})`),
    // Within 2 %, in little memory: enough to tell names from values.
    distinct: questions.ask(`approx_count_distinct(${text})`),
  }));
  await questions.answer(database, sets.data.from);
  const findings: Anomaly[] = [];
  for (const [at, { name, text }] of features.entries()) {
    const [present, about] = [counts[at]!.present() ?? 0, counts[at]!.distinct() ?? 0];
    if (present < MIN_ROWS || about / present < id * 0.9) continue;
    const [[distinct]] = (await database.rows(
      `SELECT count(DISTINCT ${text})::DOUBLE FROM ${sets.data.from}`,
    )) as [[number]];
    if (distinct / present < id) continue;
    findings.push(
      anomaly('ID_LIKE_FEATURE', name, options.warn, {
        message: `${percentOf(distinct / present)} of the values are different: the column names rows; exclude it from the features`,
        value: distinct / present,
        limit: id,
      }),
    );
  }
  return { findings, checks: features.length };
}

/** Rows that single features are judged on: more would change no verdict. */
const TARGET_ROWS = 20_000;

interface TargetPart extends Part {
  readonly predictive: ValidateReport['predictive'];
  readonly rows: number | null;
  readonly unavailable: { readonly [name: string]: string };
}

async function judgeTarget(database: Database, sets: Sets, options: ValidateOptions): Promise<TargetPart> {
  const { target, limits } = options;
  const nothing = { ...NONE, predictive: [], rows: null, unavailable: {} };
  if (target === null || limits.target === null) return nothing;
  const column = sets.data.columns.find(({ name }) => name === target)!;
  const features = featuresOf(sets, options);
  const [truth, ...columns] = await sampleOf(
    database,
    sets.data,
    [column, ...features],
    sets.rows,
    TARGET_ROWS,
  );
  const scores = columns.map((feature) => ({
    column: feature.name,
    score: predictivePower(feature, truth!),
  }));
  const rows = truth!.kind === 'numeric' ? truth!.values.length : truth!.codes.length;
  const copies = await copiesOf(database, sets.data, column, features);
  const findings = scores.flatMap(({ column: name, score }): Anomaly[] => {
    if (copies.has(name))
      return [
        anomaly('TARGET_COPY', name, options.warn, {
          message: `every value equals that of ${target}`,
          value: 1,
          limit: limits.target,
        }),
      ];
    if (score === null || score < limits.target!) return [];
    return [
      anomaly('TARGET_LEAKAGE', name, options.warn, {
        message: `alone it tells ${percentOf(score)} of ${target}: it is known only once the answer is, or it is the answer`,
        value: score,
        limit: limits.target,
      }),
    ];
  });
  const none = scores.every(({ score }) => score === null) && scores.length > 0;
  return {
    findings,
    checks: scores.length,
    predictive: [...scores].sort((a, b) => (b.score ?? -1) - (a.score ?? -1)),
    rows,
    unavailable: none
      ? {
          target_leakage: `${target} has one value only, more classes than can be told apart, or too few rows`,
        }
      : {},
  };
}

async function copiesOf(
  database: Database,
  table: Staged,
  target: StagedColumn,
  features: readonly StagedColumn[],
): Promise<ReadonlySet<string>> {
  const questions = new Questions();
  const differing = features
    .filter(({ kind }) => kind === target.kind)
    .map((feature) => {
      const of = ({ kind, text, number }: StagedColumn): string => (kind === 'categorical' ? text : number);
      return {
        name: feature.name,
        count: questions.ask(`count(*) FILTER (WHERE ${of(feature)} IS DISTINCT FROM ${of(target)})`),
      };
    });
  const present = questions.ask(`count(${target.text})`);
  await questions.answer(database, table.from);
  return new Set(
    differing.filter(({ count }) => count() === 0 && (present() ?? 0) > 0).map(({ name }) => name),
  );
}
