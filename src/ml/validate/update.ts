// What a schema lacks to describe data: judged, widened, and judged again until nothing is left that can be accepted.
// A type that changes may bring other anomalies to light.
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../frame/duckdb.ts';
import type { DataSource } from '../frame/source.ts';
import { type Staged, type TypeHint, withStaged } from '../frame/staged.ts';
import { judgeBySchema, wrongValues } from './against-schema.ts';
import { applyChange, type Change, changeFor, type Evidence } from './changes.ts';
import { type ColumnFacts, factsOf } from './facts.ts';
import { INFER, inferColumn } from './infer.ts';
import { Questions } from './questions.ts';
import type { Anomaly } from './report.ts';
import type { Schema } from './schema.ts';
import { parseSchema, type SchemaFile } from './schema-file.ts';
import { judgeUniqueness } from './uniqueness.ts';
import { hintsOf } from './validate.ts';
import { printed } from './write-schema.ts';

export interface Update {
  readonly changes: readonly Change[];
  /** Anomalies that no change of the schema can accept. */
  readonly left: readonly Anomaly[];
}

export interface Updating {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly environment: string | null;
}

const ROUNDS = 5;

/** Changes nothing; `file` stays as it was. */
export async function planUpdate(file: SchemaFile, data: DataSource, io: Updating): Promise<Update> {
  const changes = new Map<string, Change>();
  let now = file;
  for (let round = 0; round < ROUNDS; round++) {
    const { findings, found } = await judgeOnce(now, data, io);
    if (found.length === 0 || round === ROUNDS - 1)
      return { changes: [...changes.values()], left: findings.filter(({ accept }) => accept === null) };
    for (const change of found) changes.set(change.id, merged(changes.get(change.id), change));
    now = accepted(now, found);
  }
  throw new Error('BUG: the last round returns');
}

/** The schema with these changes, as text that keeps the comments. */
export function accepted(file: SchemaFile, changes: readonly Change[]): SchemaFile {
  const copy = parseSchema(printed(file.document), file.path);
  // Last what changes a type: it takes away what has no meaning for the new one.
  const types = changes.filter(({ id }) => id.endsWith('.type'));
  for (const change of [...changes.filter((each) => !types.includes(each)), ...types])
    applyChange(copy.document, change);
  return parseSchema(printed(copy.document), file.path);
}

/** Later edits of a path win. */
function merged(before: Change | undefined, change: Change): Change {
  if (!before) return change;
  const kept = before.edits.filter(
    ({ path }) => !change.edits.some((edit) => isDeepStrictEqual(edit.path, path)),
  );
  return { ...before, edits: [...kept, ...change.edits] };
}

async function judgeOnce(
  { schema }: SchemaFile,
  data: DataSource,
  { cwd, signal, environment }: Updating,
): Promise<{ readonly findings: readonly Anomaly[]; readonly found: readonly Change[] }> {
  const judging = { environment, warn: [], minCount: 1 };
  const { findings, evidence } = await withStaged(
    [data],
    { cwd, hints: hintsOf(schema), signal },
    async ([table], database) => {
      const judged = await judgeBySchema(database, table!, schema, judging);
      const unique = await judgeUniqueness(database, table!, schema, judging);
      const all = [...judged.findings, ...unique.findings];
      return { findings: all, evidence: await gather(database, table!, schema, all, environment) };
    },
  );
  const types = findings.some(({ check }) => check === 'UNEXPECTED_DATA_TYPE')
    ? await undeclaredFacts(schema, data, cwd, signal)
    : new Map<string, ColumnFacts>();
  const found = findings.flatMap((finding) => {
    const more = { ...evidence.get(finding)!, found: types.get(finding.subject) };
    const change = changeFor(finding, schema, more);
    return change ? [change] : [];
  });
  return { findings, found };
}

async function gather(
  database: Database,
  table: Staged,
  schema: Schema,
  findings: readonly Anomaly[],
  environment: string | null,
): Promise<ReadonlyMap<Anomaly, Evidence>> {
  const named = new Set(findings.map(({ subject }) => subject));
  const columns = table.columns.filter(({ name }) => named.has(name));
  const facts = new Map((await factsOf(database, table, columns)).map((each) => [each.name, each]));
  const gathered = new Map<Anomaly, Evidence>();
  for (const finding of findings) {
    const column = columns.find(({ name }) => name === finding.subject);
    const known = facts.get(finding.subject);
    const declared = schema.columns.get(finding.subject);
    gathered.set(finding, {
      facts: known,
      found: undefined,
      inferred:
        column && known && !declared ? await inferColumn(database, table, column, known, INFER) : undefined,
      distinct:
        column && finding.accept?.endsWith('.distinct')
          ? await exactDistinct(database, table, column.text)
          : undefined,
      unexpected:
        column && declared && finding.accept?.endsWith('.values')
          ? await wrongValues(database, table, column, declared)
          : undefined,
      environment,
    });
  }
  return gathered;
}

async function exactDistinct(database: Database, table: Staged, text: string): Promise<number> {
  const questions = new Questions();
  const distinct = questions.ask(`count(DISTINCT ${text})`);
  await questions.answer(database, table.from);
  return distinct() ?? 0;
}

/** What a schema says of cells that mean nothing, and no type. */
function nullsOf(schema: Schema): ReadonlyMap<string, TypeHint> {
  return new Map([...hintsOf(schema)].map(([name, { nullValues }]) => [name, { nullValues }]));
}

/** What the columns are by their cells alone. */
async function undeclaredFacts(
  schema: Schema,
  data: DataSource,
  cwd: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ColumnFacts>> {
  return withStaged(
    [data],
    { cwd, hints: nullsOf(schema), signal },
    async ([table], database) => new Map((await factsOf(database, table!)).map((each) => [each.name, each])),
  );
}
