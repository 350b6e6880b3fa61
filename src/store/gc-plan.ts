// What gc would do, as data. Of every object that somebody needs one copy stays; packs are judged by what of them is
// needed: all of it, nothing, or so little that writing the rest anew is worth it. Tables are read from the packs
// themselves, so indexes need not be right.
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { isPassing } from '../core/run-scope.ts';
import { byCodeUnit } from '../util/compare.ts';
import { orAbsent } from '../util/errno.ts';
import { HOME_SHIFT, type Marks, REASON } from './gc-mark.ts';
import { PACK_ROW, type PackTable } from './pack.ts';
import { type FoundRun, listRuns, readRuns, resultOf, runFolder, runScopes } from './runs.ts';
import type { Store } from './store.ts';
import { gcTrash } from './trash.ts';

export interface Sum {
  readonly objects: number;
  readonly bytes: number;
}

export interface PackFate {
  readonly digest: Digest;
  /** Of the whole file. */
  readonly bytes: number;
  readonly fate: 'keep' | 'drop' | 'rewrite';
  /** What in it is needed. */
  readonly live: Sum;
  readonly dead: Sum;
}

export interface GcPlan {
  readonly marks: Marks;
  readonly packs: readonly PackFate[];
  /** Loose objects that go: not needed, or also in a pack. */
  readonly loose: readonly Digest[];
  readonly looseBytes: number;
  readonly runs: readonly FoundRun[];
  /** Records of failed runs: `attempts/<key>/<uuid>.json`. */
  readonly attempts: readonly string[];
  /** Files that a dead or killed process left in tmp/. */
  readonly leftovers: readonly string[];
  /** Reason → what stays for it. */
  readonly kept: ReadonlyMap<number, Sum>;
  /** Needed, and in the trash of an earlier gc only. */
  readonly back: readonly Digest[];
  /** Folders of the trash that were kept long enough; absolute. */
  readonly expired: readonly string[];
}

export interface GcTimes {
  readonly now: Date;
  /** Runs and attempts younger than this stay. */
  readonly keepDays: number;
}

/** A pack is written anew from this part of dead bytes on. */
const REWRITE_FROM = 0.25;
const LOOSE = 1;
const DAY_MS = 86_400_000;

/** Runs that are young enough to stay whatever the locks say, with their outs. */
export function* youngRuns(store: Store, { now, keepDays }: GcTimes): Generator<RunEntry> {
  const since = now.getTime() - keepDays * DAY_MS;
  const young = new Map<string, FoundRun>();
  for (const scope of runScopes(store))
    for (const run of listRuns(store, scope))
      if (mtimeOf(join(store.dir, runPath(run))) >= since) young.set(`${scope} ${run.key}`, run);
  for (const { scope, key } of young.values()) yield* readRuns(store, scope, key);
}

/** Changes nothing. `marks` holds everything that is needed. */
export function planGc(store: Store, marks: Marks, times: GcTimes): GcPlan {
  const kept = new Map<number, { objects: number; bytes: number }>();
  const keep = (value: number, bytes: number): void => {
    const sum = kept.get(value & REASON) ?? { objects: 0, bytes: 0 };
    kept.set(value & REASON, { objects: sum.objects + 1, bytes: sum.bytes + bytes });
  };
  const packs = fatesOfPacks(store, marks, keep);
  const loose: Digest[] = [];
  let looseBytes = 0;
  for (const digest of store.listLoose()) {
    const value = marks.table.getHex(digest);
    const bytes = lstatSync(store.pathOf(digest), { throwIfNoEntry: false })?.size ?? 0;
    if (value !== 0 && value >>> HOME_SHIFT === 0) {
      marks.table.setHex(digest, value | (LOOSE << HOME_SHIFT));
      keep(value, bytes);
    } else {
      loose.push(digest);
      looseBytes += bytes;
    }
  }
  return {
    marks,
    packs,
    loose,
    looseBytes,
    ...agedRecords(store, marks, times),
    leftovers: leftovers(store, times.now),
    kept,
    back: store.trash.holding(homeless(marks)),
    expired: gcTrash(store.dir, times.now),
  };
}

/** Needed and nowhere in the store. */
function homeless({ table }: Marks): Digest[] {
  return [...table.entries((value) => value >>> HOME_SHIFT === 0)].map(([digest]) => digest);
}

function fatesOfPacks(store: Store, marks: Marks, keep: (value: number, bytes: number) => void): PackFate[] {
  const { packs } = store;
  const judged = packs
    .packNames()
    .flatMap((digest) => packs.readTable(digest) ?? []) // what cannot be read is for fsck
    .map(({ digest, bytes, table }) => ({
      digest,
      bytes,
      live: sumOf(table, (at) => marks.table.get(table.rows, at) !== 0).bytes,
    }));
  // Of two packs that hold the same object the one keeps it that is needed more.
  judged.sort((a, b) => b.live / b.bytes - a.live / a.bytes || byCodeUnit(a.digest, b.digest));
  return judged.flatMap(({ digest, bytes }, at): PackFate[] => {
    const table = packs.readTable(digest)?.table;
    if (!table) return [];
    const home = at + LOOSE + 1;
    const live = sumOf(table, (row) => {
      const value = marks.table.get(table.rows, row);
      if (value === 0 || value >>> HOME_SHIFT !== 0) return false;
      marks.table.set(table.rows, row, value | (home << HOME_SHIFT));
      keep(value, table.rows.readUInt32BE(row + 32));
      return true;
    });
    const all = sumOf(table, () => true);
    const dead = { objects: all.objects - live.objects, bytes: all.bytes - live.bytes };
    return [{ digest, bytes, live, dead, fate: fateOf(live, dead) }];
  });
}

function fateOf(live: Sum, dead: Sum): PackFate['fate'] {
  if (live.objects === 0) return 'drop';
  const worth = dead.bytes >= REWRITE_FROM * (live.bytes + dead.bytes) && dead.objects > 0;
  return worth ? 'rewrite' : 'keep';
}

function sumOf({ rows }: PackTable, counts: (at: number) => boolean): Sum {
  let objects = 0;
  let bytes = 0;
  for (let at = 0; at < rows.length; at += PACK_ROW) {
    if (!counts(at)) continue;
    objects++;
    bytes += rows.readUInt32BE(at + 32);
  }
  return { objects, bytes };
}

/** A run whose outs all stay can still answer for its key, so it stays with them in `main`; a young one stays anyway. */
function agedRecords(
  store: Store,
  marks: Marks,
  { now, keepDays }: GcTimes,
): Pick<GcPlan, 'runs' | 'attempts'> {
  const since = now.getTime() - keepDays * DAY_MS;
  const isOld = (path: string): boolean => mtimeOf(join(store.dir, path)) < since;
  const runs = runScopes(store).flatMap((scope) =>
    [...listRuns(store, scope)].filter(
      (run) => isOld(runPath(run)) && (isPassing(scope) || !answers(store, marks, run)),
    ),
  );
  const keys = orAbsent(() => readdirSync(join(store.dir, 'attempts')), []);
  const attempts = keys.flatMap((key) =>
    orAbsent(() => readdirSync(join(store.dir, 'attempts', key)), [])
      .map((name) => `attempts/${key}/${name}`)
      .filter(isOld),
  );
  return { runs, attempts };
}

function answers(store: Store, marks: Marks, { scope, key, result }: FoundRun): boolean {
  const entries = readRuns(store, scope, key).filter((entry) => resultOf(entry.outs) === result);
  return entries.some((entry) =>
    Object.values(entry.outs).every((out) => marks.has('file' in out ? out.file : out.tree)),
  );
}

export function runPath({ scope, key, result }: FoundRun): string {
  return `${runFolder(scope, key)}/${result}.json`;
}

/** A process that still writes makes its file younger than a day. */
function leftovers(store: Store, now: Date): string[] {
  return orAbsent(() => readdirSync(join(store.dir, 'tmp')), [])
    .map((name) => `tmp/${name}`)
    .filter((path) => mtimeOf(join(store.dir, path)) < now.getTime() - DAY_MS);
}

function mtimeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
