// What changed inside the tables that differ between two sides: rows, columns, types. Trouble with one of them is said of
// that one; it fails nothing.
import type { FileArtifact } from '../core/artifact.ts';
import type { TableChange } from '../core/data-change.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import { compareOutlines } from '../ml/frame/compare-outlines.ts';
import { namedFormat } from '../ml/frame/files.ts';
import { type Outline, type OutlineDepth, outlineOf } from '../ml/frame/outline.ts';
import type { Wanted } from '../remote/wanted.ts';
import type { NodeReader } from '../store/tree-read.ts';
import type { Workspace } from '../store/workspace.ts';
import { formatBytes } from '../util/units.ts';
import { type ChangedTable, changedTables } from './changed-tables.ts';
import type { DataChange } from './data-diff.ts';
import type { Side } from './side.ts';
import { type SideFile, type SideFiles, withSideFiles } from './side-files.ts';

export interface LookingInside {
  readonly workspace: Workspace;
  readonly from: Side;
  readonly to: Side;
  /** The store, and what the workspace holds of directories. */
  readonly nodes: NodeReader;
  /** Brings objects into the store; undefined where no remote may be asked. Rejects when the remote cannot be had. */
  readonly fetch: ((wanted: readonly Wanted[]) => Promise<readonly Failure[]>) | undefined;
  readonly signal: AbortSignal;
}

/** Of one file: more is not fetched, and of more only what a Parquet file says of itself is read. */
const MOST_BYTES = 256 << 20;
/** A report of more is read by nobody. */
const MOST_TABLES = 20;

export async function tableChanges(
  looking: LookingInside,
  changes: readonly DataChange[],
): Promise<TableChange[]> {
  const tables: ChangedTable[] = [];
  for (const table of changedTables(looking.nodes, changes)) {
    tables.push(table);
    if (tables.length > MOST_TABLES) break;
  }
  const [chosen, rest] = [tables.slice(0, MOST_TABLES), tables.slice(MOST_TABLES)];
  if (chosen.length === 0) return [];
  return withSideFiles(looking.workspace, async (files) => {
    const unfetched = await fetchAbsent(looking, files, chosen);
    const found: TableChange[] = [];
    for (const table of chosen) {
      looking.signal.throwIfAborted();
      found.push(await changeOf({ ...looking, files, unfetched }, table));
    }
    return [...found, ...rest.map(({ path }) => unread(path, TOO_MANY))];
  });
}

const TOO_MANY = `this one and those after it were not looked into: ${MOST_TABLES} at a time are`;

/** Why objects that were asked for did not come; undefined where none was asked for. */
async function fetchAbsent(
  looking: LookingInside,
  files: SideFiles,
  tables: readonly ChangedTable[],
): Promise<string | undefined> {
  const absent = tables
    .flatMap((table) => sidesOf(looking, table))
    .filter((file) => file.artifact.bytes <= MOST_BYTES && !files.isHere(file));
  if (absent.length === 0 || looking.fetch === undefined) return undefined;
  try {
    return (await looking.fetch(absent))[0]?.message;
  } catch (error) {
    if (!(error instanceof MlopsError) || looking.signal.aborted) throw error;
    return error.failures[0]!.message;
  }
}

function sidesOf({ from, to }: LookingInside, { path, was, now }: ChangedTable): SideFile[] {
  return [
    ...(was ? [{ side: from, path, artifact: was }] : []),
    ...(now ? [{ side: to, path, artifact: now }] : []),
  ];
}

interface Reading extends LookingInside {
  readonly files: SideFiles;
  readonly unfetched: string | undefined;
}

async function changeOf(reading: Reading, table: ChangedTable): Promise<TableChange> {
  const { path, was, now } = table;
  const large = Math.max(was?.bytes ?? 0, now?.bytes ?? 0) > MOST_BYTES;
  const depth: OutlineDepth = large ? 'footer' : 'cells';
  const looks: { was?: Looked; now?: Looked } = {};
  if (was) looks.was = await look(reading, { side: reading.from, path, artifact: was }, depth);
  if (now) looks.now = await look(reading, { side: reading.to, path, artifact: now }, depth);
  const [before, after] = [looks.was?.outline, looks.now?.outline];
  const reasons = [
    ...(looks.was?.why === undefined ? [] : [`before: ${looks.was.why}`]),
    ...(looks.now?.why === undefined ? [] : [`now: ${looks.now.why}`]),
  ];
  if (reasons.length === 0) return { path, ...compareOutlines(before, after), unavailable: null };
  return {
    ...unread(path, reasons.join('; ')),
    rows: { was: before?.rows ?? null, now: after?.rows ?? null },
  };
}

interface Looked {
  readonly outline?: Outline;
  readonly why?: string;
}

async function look(reading: Reading, file: SideFile, depth: OutlineDepth): Promise<Looked> {
  const { path, artifact } = file;
  const named = namedFormat(path);
  const format = named.format!;
  if (artifact.bytes === 0 && format !== 'parquet') return { outline: { rows: 0, columns: new Map() } };
  if (depth === 'footer' && format !== 'parquet') return { why: tooLarge(artifact) };
  try {
    const absolute = await reading.files.find(file);
    if (absolute === undefined) return { why: notHere(artifact, reading) };
    return { outline: await outlineOf({ path, absolute, format, compression: named.compression }, depth) };
  } catch (error) {
    if (!(error instanceof MlopsError) || reading.signal.aborted) throw error;
    return { why: error.failures[0]!.message };
  }
}

function tooLarge({ bytes }: FileArtifact): string {
  return `${formatBytes(bytes)} are more than is read for this (${formatBytes(MOST_BYTES)})`;
}

function notHere({ bytes }: FileArtifact, { fetch, unfetched }: Reading): string {
  const size = formatBytes(bytes);
  if (bytes > MOST_BYTES)
    return `its ${size} are not here, and more than is fetched for this (${formatBytes(MOST_BYTES)})`;
  if (fetch === undefined) return `its ${size} are not here; --fetch brings them`;
  return `its ${size} could not be fetched: ${unfetched ?? 'no remote has them'}`;
}

function unread(path: string, unavailable: string): TableChange {
  return {
    path,
    rows: { was: null, now: null },
    columns: { added: [], removed: [], retyped: [] },
    unavailable,
  };
}
