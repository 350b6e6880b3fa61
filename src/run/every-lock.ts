// Every lock that anything in the repository still leads to, each text once, with who leads to it: what gc keeps, and
// what fsck says of branches that are not checked out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath } from '../core/ids.ts';
import { readBlobs } from '../git/blobs.ts';
import { filesNamed } from '../git/files.ts';
import { type Repository, requireRepository } from '../git/repository.ts';
import { blobsInIndex, versionsAtRefs, versionsNamed, worktrees } from '../git/versions.ts';
import { byCodeUnit } from '../util/compare.ts';
import { orAbsent } from '../util/errno.ts';

/** Strongest first: what several hold is counted for the first of them. */
export const HOLDERS = ['workspace', 'ref', 'index', 'history', 'reflog'] as const;

export interface Holder {
  readonly kind: (typeof HOLDERS)[number];
  /** `pipeline.lock`, `branch main`, `tag v1.2`, `experiment calm-otter`, `commit 3890c70 (first model)`. */
  readonly name: string;
}

export interface LockText {
  /** Of the lock file. */
  readonly path: RepoPath;
  readonly text: string;
  /** Never empty; the strongest first. */
  readonly heldBy: readonly Holder[];
}

const LOCK = 'pipeline.lock';

/** Strongest holders first. @throws MlopsError `config` when Git cannot read all of its history */
export async function* everyLock(repo: Repository): AsyncGenerator<LockText> {
  yield* locksInWorktrees(repo);
  const blobs: Blobs = new Map();
  for (const top of worktrees(repo))
    for (const { blob, path } of blobsInIndex(top, LOCK))
      hold(blobs, blob, path, { kind: 'index', name: `${path} as staged` });
  holdCommitted(repo, blobs);
  for (const { blob, path, commit, subject } of versionsNamed(repo, LOCK, 'reflog'))
    hold(blobs, blob, path, { kind: 'reflog', name: commitName(commit, subject) });
  yield* textsOf(repo, blobs);
}

/** Those in every commit of every ref: for a repository without a worktree. */
export async function* committedLocks(repo: Repository): AsyncGenerator<LockText> {
  const blobs: Blobs = new Map();
  holdCommitted(repo, blobs);
  yield* textsOf(repo, blobs);
}

async function* textsOf(repo: Repository, blobs: Blobs): AsyncGenerator<LockText> {
  for (const { heldBy } of blobs.values()) heldBy.sort((a, b) => strength(a) - strength(b));
  const order = [...blobs].sort(([, a], [, b]) => strength(a.heldBy[0]!) - strength(b.heldBy[0]!));
  let at = 0;
  for await (const bytes of readBlobs(
    repo,
    order.map(([blob]) => blob),
  )) {
    const [, held] = order[at++]!;
    yield { ...held, text: bytes.toString() };
  }
}

function* locksInWorktrees(repo: Repository): Generator<LockText> {
  for (const top of worktrees(repo)) {
    const own = top === repo.top;
    for (const path of filesNamed(own ? repo : requireRepository(top), LOCK)) {
      const text = orAbsent(() => readFileSync(join(top, path), 'utf8'), undefined);
      const name = own ? path : `${path} in ${top}`;
      if (text !== undefined) yield { path, text, heldBy: [{ kind: 'workspace', name }] };
    }
  }
}

interface Held {
  readonly path: RepoPath;
  readonly heldBy: Holder[];
}

/** By the blob's id. */
type Blobs = Map<string, Held>;

function hold(blobs: Blobs, blob: string, path: RepoPath, holder: Holder): void {
  const held = blobs.get(blob);
  if (held) held.heldBy.push(holder);
  else blobs.set(blob, { path, heldBy: [holder] });
}

function holdCommitted(repo: Repository, blobs: Blobs): void {
  const versions = versionsNamed(repo, LOCK, 'refs');
  const paths = [...new Set(versions.map(({ path }) => path))].sort(byCodeUnit);
  for (const { ref, path, blob } of versionsAtRefs(repo, paths)) {
    const named = blobs.get(blob)?.heldBy.some(({ kind }) => kind === 'ref') ?? false;
    if (ref !== 'HEAD' || !named) hold(blobs, blob, path, { kind: 'ref', name: refName(ref) });
  }
  for (const { blob, path, commit, subject } of versions)
    hold(blobs, blob, path, { kind: 'history', name: commitName(commit, subject) });
}

function strength({ kind }: Holder): number {
  return HOLDERS.indexOf(kind);
}

/** Experiments may lie below any prefix, on servers too: `refs/mlops/exp/<baseline>/<name>`. */
const EXPERIMENT = /^refs\/.+\/[0-9a-f]{40,64}\/([^/]+)$/;

function refName(ref: string): string {
  const experiment = EXPERIMENT.exec(ref)?.[1];
  if (experiment !== undefined) return `experiment ${experiment}`;
  const queued = /^refs\/mlops\/queue\/(.+)$/.exec(ref)?.[1];
  if (queued !== undefined) return `queued experiment ${queued}`;
  if (ref.startsWith('refs/mlops/apply/')) return 'exp apply --undo';
  const named = /^refs\/(heads|tags|remotes)\/(.+)$/.exec(ref);
  if (!named) return ref;
  return `${{ heads: 'branch', tags: 'tag', remotes: 'remote branch' }[named[1]!]} ${named[2]}`;
}

function commitName(commit: string, subject: string): string {
  return `commit ${commit.slice(0, 7)}${subject === '' ? '' : ` (${subject.slice(0, 60)})`}`;
}
