// gc of a remote, in two runs a week or more apart. The first writes which packs, objects and runs nothing needs: whoever
// pushes takes those for absent from then on, whoever reads still reads them. The second deletes what was condemned then
// and is still not needed: run entries first, then indexes, then bytes. A pack with one needed object stays whole.
import { artifactDigest } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { isPassing, type RunScope } from '../core/run-scope.ts';
import { HOME_SHIFT, type Marks } from '../store/gc-mark.ts';
import { INDEX_ENTRY } from '../store/index-head.ts';
import { mergeWithout, partRanges } from '../store/pack-merge.ts';
import { byCodeUnit } from '../util/compare.ts';
import { pool } from '../util/pool.ts';
import { probeConditionalPuts } from './conditional-puts.ts';
import { readRun } from './fsck.ts';
import { epochName, type GcEpoch, newestEpoch, writeEpoch } from './gc-epoch.ts';
import { knownToReader } from './known.ts';
import { indexName, OBJECTS, objectName, objectOf, packName, packOf } from './layout.ts';
import { listSpread } from './list-spread.ts';
import type { RemotePacks } from './packs.ts';
import type { Entry, Remote } from './remote.ts';
import type { TransferContext } from './transfer.ts';

/** What nobody needs. */
export interface Unneeded {
  readonly packs: readonly Digest[];
  readonly objects: readonly Digest[];
  readonly runs: readonly string[];
  readonly bytes: number;
}

export interface RemoteGcPlan {
  /** The newest one there. */
  readonly epoch: GcEpoch | undefined;
  /** `wait`: what was condemned has not been so for long enough. */
  readonly action: 'condemn' | 'wait' | 'sweep';
  /** What the next epoch names. */
  readonly condemn: Unneeded;
  /** What is deleted now. */
  readonly sweep: Unneeded;
  readonly packs: RemotePacks;
}

export interface RemoteGcTimes {
  readonly now: Date;
  /** Runs younger than this stay with their outs. */
  readonly keepDays: number;
  /** So long condemned names are still read. */
  readonly sweepDays: number;
}

export interface DatedRun {
  readonly name: string;
  readonly entry: RunEntry;
  readonly young: boolean;
}

const DAY_MS = 86_400_000;
const RUNS_AT_ONCE = 64;

/** Every run there; files that are none are left out: they are for fsck. */
export async function readRemoteRuns(
  { remote, signal }: TransferContext,
  { now, keepDays }: RemoteGcTimes,
): Promise<DatedRun[]> {
  const listed: Entry[] = [];
  for await (const each of remote.list('runs/')) listed.push(each);
  const since = now.getTime() - keepDays * DAY_MS;
  const runs = await pool(
    listed,
    RUNS_AT_ONCE,
    async ({ name, modified = now.getTime() }): Promise<DatedRun[]> => {
      const entry = await readRun(remote, name);
      if (typeof entry !== 'object') return [];
      // A time that cannot be read is young: nothing is lost for it. One in the future keeps nothing for ever: who
      // wrote the entry wrote its time, and the remote knows when.
      const ended = Date.parse(entry.started) + entry.ms;
      return [{ name, entry, young: !(ended < since || modified < since) }];
    },
    signal,
  );
  return runs.flat();
}

/** Changes nothing. `marks` holds everything that is needed. */
export async function planRemoteGc(
  context: TransferContext,
  marks: Marks,
  runs: readonly DatedRun[],
  times: RemoteGcTimes,
): Promise<RemoteGcPlan> {
  const epoch = await newestEpoch(context.remote);
  const { packs } = await knownToReader(context);
  const unneeded = await unneededOf(context, packs, marks, runs, new Set(epoch?.packs));
  const condemned = epoch ? epoch.packs.length + epoch.objects.length + epoch.runs.length : 0;
  const age = epoch ? times.now.getTime() - (await condemnedAt(context.remote, epoch)) : 0;
  if (condemned === 0) return { epoch, action: 'condemn', condemn: unneeded, sweep: NOTHING, packs };
  if (age < times.sweepDays * DAY_MS)
    return { epoch, action: 'wait', condemn: NOTHING, sweep: NOTHING, packs };
  const [sweep, condemn] = divided(unneeded, epoch!);
  return { epoch, action: 'sweep', condemn, sweep, packs };
}

/** By the clock of who wrote it or that of the remote, whichever is later: a wrong one must not shorten the wait. */
async function condemnedAt(remote: Remote, { epoch, time }: GcEpoch): Promise<number> {
  return Math.max(Date.parse(time), await writtenAt(remote, epochName(epoch)));
}

const NOTHING: Unneeded = { packs: [], objects: [], runs: [], bytes: 0 };

type Weighed = Omit<Unneeded, 'bytes'> & { readonly sizes: ReadonlyMap<Digest, number> };

async function unneededOf(
  { remote, signal }: TransferContext,
  packs: RemotePacks,
  marks: Marks,
  runs: readonly DatedRun[],
  condemned: ReadonlySet<Digest>,
): Promise<Unneeded & Weighed> {
  const sizes = new Map(packs.listed());
  const needed = await neededPacks(packs, marks, condemned);
  const dead = packs.named().filter((pack) => packs.holds(pack) && !needed.has(pack.digest));
  const objects: Digest[] = [];
  for (const { name, bytes } of await listSpread(remote, OBJECTS, signal)) {
    const digest = objectOf(name);
    const value = digest ? marks.table.getHex(digest) : 0;
    if (!digest || (value !== 0 && value >>> HOME_SHIFT === 0)) continue;
    objects.push(digest);
    sizes.set(digest, bytes);
  }
  const old = runs.filter(
    ({ name, young, entry }) =>
      !young &&
      (isPassing(scopeOfRun(name)) ||
        !Object.values(entry.outs).every((out) => marks.has(artifactDigest(out)))),
  );
  const found = {
    packs: dead.map(({ digest }) => digest).sort(byCodeUnit),
    objects: objects.sort(byCodeUnit),
    runs: old.map(({ name }) => name).sort(byCodeUnit),
    sizes,
  };
  return { ...found, bytes: weight(found) };
}

/** Of a name below `runs/`. */
export function scopeOfRun(run: string): RunScope {
  return run.split('/')[1]!;
}

function weight({ packs, objects, sizes }: Omit<Weighed, 'runs'>): number {
  return [...packs, ...objects].reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
}

/** Each needed object is needed in one pack only: rather where it is not condemned, and among much that is needed. */
async function neededPacks(
  packs: RemotePacks,
  marks: Marks,
  condemned: ReadonlySet<Digest>,
): Promise<ReadonlySet<Digest>> {
  const live = new Map<Digest, number>();
  await eachMarked(packs, marks, (pack) => live.set(pack, (live.get(pack) ?? 0) + 1));
  const ranked = [...live.keys()].sort(
    (a, b) =>
      Number(condemned.has(a)) - Number(condemned.has(b)) || live.get(b)! - live.get(a)! || byCodeUnit(a, b),
  );
  const rank = new Map(ranked.map((digest, at) => [digest, at + 1]));
  await eachMarked(packs, marks, (pack, entries, at) => {
    const value = marks.table.get(entries, at);
    const home = value >>> HOME_SHIFT;
    const here = rank.get(pack)!;
    if (home === 0 || here < home)
      marks.table.set(entries, at, (value & (2 ** HOME_SHIFT - 1)) | (here << HOME_SHIFT));
  });
  const needed = new Set<Digest>();
  for (const [, value] of marks.table.entries()) {
    const home = value >>> HOME_SHIFT;
    if (home > 0) needed.add(ranked[home - 1]!);
  }
  return needed;
}

/** `use` is called for every needed object in every whole pack; its digest stands in `entries` at `at`. */
async function eachMarked(
  packs: RemotePacks,
  marks: Marks,
  use: (pack: Digest, entries: Buffer, at: number) => void,
): Promise<void> {
  for (const source of packs.sources())
    for (const range of partRanges([source])) {
      const entries = await source.entriesIn(range);
      for (let at = 0; at < entries.length; at += INDEX_ENTRY) {
        const pack = source.packs[entries.readUInt32BE(at + 44) & 0xffffff]!;
        if (packs.holds(pack) && marks.table.get(entries, at) !== 0) use(pack.digest, entries, at);
      }
    }
}

/** What the epoch names too, and the rest. */
function divided(unneeded: Weighed, epoch: GcEpoch): readonly [Unneeded, Unneeded] {
  const named = new Set<string>([...epoch.packs, ...epoch.objects, ...epoch.runs]);
  const part = (keep: boolean): Unneeded => {
    const some = {
      packs: unneeded.packs.filter((each) => named.has(each) === keep),
      objects: unneeded.objects.filter((each) => named.has(each) === keep),
      runs: unneeded.runs.filter((each) => named.has(each) === keep),
      sizes: unneeded.sizes,
    };
    return { packs: some.packs, objects: some.objects, runs: some.runs, bytes: weight(some) };
  };
  return [part(true), part(false)];
}

/**
 * Steps in their order; a kill between any two leaves a remote that lacks nothing.
 * @throws MlopsError `refused` where the server ignores conditions on puts: two gcs could not be told apart
 */
export async function applyRemoteGc(
  { remote }: TransferContext,
  plan: RemoteGcPlan,
  { now }: RemoteGcTimes,
): Promise<void> {
  if (plan.action === 'wait') return;
  if ((await probeConditionalPuts(remote)) !== 'kept') refuseRaces(remote);
  if (plan.action === 'sweep') await sweepNames(remote, plan);
  // Last: until then pushers read the epoch that calls what was just deleted absent.
  const { packs: dead, objects, runs } = plan.condemn;
  const next = { epoch: (plan.epoch?.epoch ?? 0) + 1, time: now.toISOString(), packs: dead, objects, runs };
  if ((await writeEpoch(remote, next)) === 'exists')
    throw new MlopsError(
      failure('busy', `${remote.url}: another gc was faster`, { help: 'run it again to see what is left' }),
    );
}

/**
 * What was sent again since it was condemned has the same name, and may be needed by a commit that nobody has seen yet:
 * only names that were last written before the epoch go.
 */
async function sweepNames(remote: Remote, { sweep, packs, epoch }: RemoteGcPlan): Promise<void> {
  const since = await writtenAt(remote, epochName(epoch!.epoch));
  await removeOlder(remote, sweep.runs, since);
  const old = await older(remote, sweep.packs.map(packName), since);
  await dropFromIndexes(remote, packs, new Set(old.map((name) => packOf(name)!)));
  await removeOlder(remote, [...old, ...sweep.objects.map(objectName)], since);
}

/** By the remote's clock; nothing is older than what is not there. */
async function writtenAt(remote: Remote, wanted: string): Promise<number> {
  for await (const { name, modified = 0 } of remote.list(wanted)) if (name === wanted) return modified;
  return 0;
}

/** Folder by folder, so that there is little time between the look and the deletion. */
async function removeOlder(remote: Remote, names: readonly string[], since: number): Promise<void> {
  for (const some of byFolder(names)) await remote.remove(await older(remote, some, since));
}

async function older(remote: Remote, names: readonly string[], since: number): Promise<string[]> {
  const found: string[] = [];
  for (const some of byFolder(names)) {
    const wanted = new Set(some);
    for await (const { name, modified = since } of remote.list(folderOf(some[0]!)))
      if (wanted.has(name) && modified < since) found.push(name);
  }
  return found;
}

function byFolder(names: readonly string[]): string[][] {
  const folders = new Map<string, string[]>();
  for (const name of names) folders.set(folderOf(name), [...(folders.get(folderOf(name)) ?? []), name]);
  return [...folders.values()];
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** New indexes without these packs are there before the old ones go. */
async function dropFromIndexes(remote: Remote, packs: RemotePacks, gone: ReadonlySet<Digest>): Promise<void> {
  if (gone.size === 0) return;
  for (const source of packs.sources()) {
    if (!source.packs.some(({ digest }) => gone.has(digest))) continue;
    const left = await mergeWithout(source, gone);
    if (left) await packs.addIndex(left);
    await remote.remove([indexName(source.digest)]);
  }
}

function refuseRaces({ url }: Remote): never {
  throw new MlopsError(
    failure('refused', `${url}: the server does not keep conditions on writes`, {
      help: 'two gcs at once could not be told apart there; everything else works without',
    }),
  );
}
