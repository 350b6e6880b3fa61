// What of a remote is still needed: by every commit of every repository that uses it, as their refs are at this moment,
// by the locks here, and by young runs. What cannot be asked is not taken for unused.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, MlopsError } from '../core/failure.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { isPassing } from '../core/run-scope.ts';
import { fetchRefs } from '../git/fetch-refs.ts';
import { isShallow } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import {
  planRemoteGc,
  type RemoteGcPlan,
  type RemoteGcTimes,
  readRemoteRuns,
  scopeOfRun,
} from '../remote/gc.ts';
import { knownToReader } from '../remote/known.ts';
import { receiveAll } from '../remote/receive-all.ts';
import { type UsingRepository, usingRepositories } from '../remote/repositories.ts';
import type { TransferContext } from '../remote/transfer.ts';
import { Marks } from '../store/gc-mark.ts';
import { removeWhole } from '../util/whole-path.ts';
import { committedLocks, everyLock, type LockText } from './every-lock.ts';
import { rootsOfRun } from './gc.ts';
import { namedIn } from './lock-names.ts';

export interface RemoteGcScope {
  readonly context: TransferContext;
  readonly repo: Repository;
  /** What this repository is called there. */
  readonly own: UsingRepository;
  readonly times: RemoteGcTimes;
  /** URLs or ids of repositories that somebody vouches are not in use any more. */
  readonly unused: readonly string[];
}

const LOCKS = 1;
const RUNS = 2;
/** Of scopes that pull requests write: whoever opens one can name there what he likes. */
const PASSING_RUNS = 3;

export interface RemoteGcFindings extends RemoteGcPlan {
  /** Repositories that were asked. */
  readonly asked: readonly string[];
  readonly absentTrees: number;
}

/** @throws MlopsError `refused` or `remote`, naming what keeps it from knowing what is needed */
export async function planOfRemoteGc(scope: RemoteGcScope): Promise<RemoteGcFindings> {
  const { context, repo, times } = scope;
  if (isShallow(repo))
    throw new MlopsError(
      failure('refused', 'the history of this repository is cut (a shallow clone)', {
        help: 'git fetch --unshallow, then again',
      }),
    );
  const urls = await urlsToAsk(scope);
  const marks = new Marks(context.store, { doubted: PASSING_RUNS });
  await markLocks(marks, everyLock(repo));
  for (const url of urls) await markElsewhere(marks, repo, url);
  const runs = await readRemoteRuns(context, times);
  const young = runs.filter((run) => run.young);
  for (const { entry } of young.filter(({ name }) => !isPassing(scopeOfRun(name))))
    markRun(marks, entry, RUNS);
  for (const { entry } of young.filter(({ name }) => isPassing(scopeOfRun(name))))
    markRun(marks, entry, PASSING_RUNS);
  await bringTrees(context, marks);
  const plan = await planRemoteGc(context, marks, runs, times);
  return { ...plan, asked: urls, absentTrees: marks.absentTrees.length };
}

function markRun(marks: Marks, entry: RunEntry, reason: number): void {
  for (const root of rootsOfRun(entry)) marks.mark(root, reason);
}

async function urlsToAsk({ context, own, unused }: RemoteGcScope): Promise<string[]> {
  const all = await usingRepositories(context.remote);
  const asked = all.filter(
    ({ id, urls }) => !unused.includes(id) && !urls.some((url) => unused.includes(url)),
  );
  const blind = asked.filter(({ id, urls }) => urls.length === 0 && id !== own.id);
  if (blind.length > 0)
    throw new MlopsError(
      blind.map(({ id }) =>
        failure('refused', `${context.remote.url} is used by a repository that has no URL (${id})`, {
          help: `push it to a Git server and mlops push from there; or, when it is gone: --assume-unused ${id}`,
        }),
      ),
    );
  return [...new Set([...asked.flatMap(({ urls }) => urls), ...own.urls])].filter(
    (url) => !unused.includes(url),
  );
}

async function markElsewhere(marks: Marks, near: Repository, url: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-refs-'));
  try {
    await markLocks(marks, committedLocks(fetchRefs(near, url, dir)));
  } finally {
    removeWhole(dir);
  }
}

async function markLocks(marks: Marks, locks: AsyncIterable<LockText>): Promise<void> {
  for await (const { text } of locks) for (const root of namedIn(text)) marks.mark(root, LOCKS);
}

/** Trees that only the remote has say what else is needed there. */
async function bringTrees(context: TransferContext, marks: Marks): Promise<void> {
  const known = await knownToReader(context);
  for (let before = -1; marks.absentTrees.length > 0 && before !== marks.absentTrees.length; ) {
    before = marks.absentTrees.length;
    const refs = marks.absentTrees.map((digest) => ({ digest, path: digest }));
    const vouched = refs.filter(({ digest }) => !marks.isDoubted(digest));
    const { failures } = await receiveAll(context, known, vouched, 'trees');
    if (failures.length > 0) throw new MlopsError(failures); // a damaged tree: what it holds must not look unneeded
    const doubted = await receiveAll(
      context,
      known,
      refs.filter(({ digest }) => marks.isDoubted(digest)),
      'trees',
    );
    const faults = doubted.failures.filter(({ exit }) => exit !== 'integrity');
    if (faults.length > 0) throw new MlopsError(faults);
    marks.resume();
  }
}
