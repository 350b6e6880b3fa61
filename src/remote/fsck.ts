// Looks through a remote. By names and sizes, which costs listings and the run entries: what indexes name and is not
// there, or not in its size; packs that no index names; runs whose outs are gone. By bytes: every body, proved.
import { artifactDigest } from '../core/artifact.ts';
import { MlopsError } from '../core/failure.ts';
import { type Digest, isDigest, type StageKey } from '../core/ids.ts';
import { isRunScope } from '../core/run-scope.ts';
import type { IndexedPack } from '../store/index-head.ts';
import { packEntries, rangesOf, readPackTable } from '../store/pack.ts';
import { decodeRun, runName } from '../store/runs.ts';
import { digestBytes } from '../util/digest.ts';
import { pool } from '../util/pool.ts';
import { startProgress } from '../util/progress.ts';
import { collect, digestOfBody } from './body.ts';
import { type Known, knownToReader } from './known.ts';
import { OBJECTS, objectOf, packName } from './layout.ts';
import { listSpread } from './list-spread.ts';
import { presentObjects } from './present.ts';
import type { Entry, Remote } from './remote.ts';
import type { TransferContext } from './transfer.ts';

export interface RemoteDamage {
  readonly kind: 'pack' | 'index' | 'object' | 'run';
  readonly name: string;
  /** One clause. */
  readonly problem: string;
  /** Of a pack or object. */
  readonly digest?: Digest;
}

export interface RemoteCheck {
  readonly counts: { readonly packs: number; readonly objects: number; readonly runs: number };
  readonly bytes: number;
  readonly damage: readonly RemoteDamage[];
  /** Named by an index, and gone or of another size: what it held does not count. */
  readonly vanished: readonly IndexedPack[];
  /** Whole as far as their size tells, and named by no index. */
  readonly orphans: readonly Digest[];
  /** Run entries whose outs are not there: they answer for nothing. */
  readonly emptyRuns: readonly string[];
}

export interface RemoteCheckOptions {
  readonly depth: 'names' | 'bytes';
  /** Sizes that trees and locks state. */
  readonly sizes: ReadonlyMap<Digest, number>;
}

const AT_ONCE = 8;
const RUNS_AT_ONCE = 64;
const RUN_MOST = 32 << 20;

/** Changes nothing. */
export async function checkRemote(
  context: TransferContext,
  options: RemoteCheckOptions,
): Promise<RemoteCheck> {
  const { remote, signal } = context;
  const known = await knownToReader(context);
  const objects = await listSpread(remote, OBJECTS, signal);
  const runs = await checkRuns(context, known);
  const listed = known.packs.listed();
  const named = known.packs.named();
  const names = new Set(named.map(({ digest }) => digest));
  const vanished = named.filter((pack) => !known.packs.holds(pack));
  const short = new Set(vanished.map(({ digest }) => digest));
  const packs = [...listed].filter(([digest]) => !short.has(digest));
  const read = options.depth === 'bytes' ? await readAll(context, packs, objects) : [];
  return {
    counts: { packs: listed.size, objects: objects.length, runs: runs.count },
    bytes: [...listed.values(), ...objects.map(({ bytes }) => bytes)].reduce((sum, each) => sum + each, 0),
    damage: [
      ...known.packs.failures.map(({ message }) => {
        const [name, problem] = message.split(/: (.*)/s) as [string, string];
        return { kind: 'index' as const, name, problem };
      }),
      ...wrongSizes(objects, options.sizes),
      ...read,
      ...runs.damage,
    ],
    vanished,
    orphans: [...listed.keys()].filter((digest) => !names.has(digest)),
    emptyRuns: runs.empty,
  };
}

function wrongSizes(objects: readonly Entry[], sizes: ReadonlyMap<Digest, number>): RemoteDamage[] {
  return objects.flatMap(({ name, bytes }): RemoteDamage[] => {
    const digest = objectOf(name);
    const right = digest && sizes.get(digest);
    if (digest === undefined || right === undefined || right === bytes) return [];
    return [{ kind: 'object', name, digest, problem: `has ${bytes} bytes instead of ${right}` }];
  });
}

async function checkRuns(
  context: TransferContext,
  known: Known,
): Promise<{ count: number; damage: RemoteDamage[]; empty: string[] }> {
  const { remote, signal } = context;
  const names: string[] = [];
  for await (const { name } of remote.list('runs/')) names.push(name);
  const damage: RemoteDamage[] = [];
  const roots: { digest: Digest; path: string }[] = [];
  await pool(
    names,
    RUNS_AT_ONCE,
    async (name) => {
      const run = await readRun(remote, name);
      if (typeof run === 'string') damage.push({ kind: 'run', name, problem: run });
      else
        for (const out of Object.values(run?.outs ?? {}))
          roots.push({ digest: artifactDigest(out), path: name });
    },
    signal,
  );
  const present = await presentObjects(context, known, roots);
  const empty = new Set(roots.filter((ref) => !present.has(ref)).map(({ path }) => path));
  return { count: names.length, damage, empty: [...empty] };
}

/** The entry, or why it is none; undefined when it is gone. */
export async function readRun(remote: Remote, name: string) {
  const [, scope, , key] = name.split('/');
  if (!isDigest(key) || scope === undefined) return 'lies under no key';
  if (!isRunScope(scope)) return 'lies in no scope';
  const bytes = await remote.read(name, (body) => collect(body, RUN_MOST));
  if (bytes === undefined) return undefined;
  const run = decodeRun(bytes.toString('utf8'), key as string as StageKey);
  if (typeof run === 'string') return run;
  return runName(scope, run) === name ? run : 'has a name that is not its result';
}

async function readAll(
  { remote, report, signal }: TransferContext,
  packs: readonly (readonly [Digest, number])[],
  objects: readonly Entry[],
): Promise<RemoteDamage[]> {
  const bodies = [
    ...packs.map(([digest, bytes]) => ({ kind: 'pack' as const, name: packName(digest), digest, bytes })),
    ...objects.flatMap(({ name, bytes }) => {
      const digest = objectOf(name);
      return digest ? [{ kind: 'object' as const, name, digest, bytes }] : [];
    }),
  ];
  const total = bodies.reduce((sum, each) => sum + each.bytes, 0);
  const progress = startProgress(report, 'fsck', { items: bodies.length, bytes: total });
  const damage: RemoteDamage[] = [];
  try {
    await pool(
      bodies,
      AT_ONCE,
      async (body) => {
        const problem = await orProblem(async () =>
          body.kind === 'pack'
            ? packProblem(await remote.read(body.name, (stream) => collect(stream, body.bytes)), body.digest)
            : objectProblem(remote, body.name, body.digest),
        );
        if (problem) damage.push({ kind: body.kind, name: body.name, digest: body.digest, problem });
        progress.moved(body.bytes);
        progress.done();
      },
      signal,
    );
  } finally {
    progress.finish();
  }
  return damage;
}

/** A server or its checksums may say themselves that the bytes are not right. */
async function orProblem(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MlopsError && error.failures.every(({ exit }) => exit === 'integrity'))
      return error.message.replace(/^pack \w+ /, '');
    throw error;
  }
}

function packProblem(file: Buffer | undefined, digest: Digest): string | undefined {
  if (file === undefined) return undefined; // swept meanwhile
  let bad = 0;
  for (const entry of packEntries(readPackTable(rangesOf(file), file.length, digest)))
    if (digestBytes(file.subarray(entry.offset, entry.offset + entry.stored)) !== entry.digest) bad++;
  return bad === 0 ? undefined : `holds bytes that are not what it says (${bad} of its objects)`;
}

async function objectProblem(remote: Remote, name: string, digest: Digest): Promise<string | undefined> {
  const found = await remote.read(name, digestOfBody);
  return found === undefined || found === digest ? undefined : 'does not match its name';
}
