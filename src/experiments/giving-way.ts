// What stands in the workspace and is no work of the user: what an earlier apply brought, or what an experiment that ran
// here left. All of it can be had again, so it gives way to another experiment, and what only it changed goes with it.
import type { Experiment } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import type { Repository } from '../git/repository.ts';
import { blobsAt, type TreeChange, treeChanges } from '../git/tree-changes.ts';
import { lastApplied } from './apply-record.ts';
import type { FileStep, FileWish } from './move-files.ts';

export interface Earlier {
  /** Trees or commits: what stood there before it, and what it made of it. */
  readonly before: string;
  readonly after: CommitId;
}

export function earlierApply(repo: Repository): Earlier | undefined {
  const last = lastApplied(repo);
  return last?.did === 'apply' ? { before: last.before, after: last.commit } : undefined;
}

/** The experiment that stands in all the files in the way; of several the one that started last. */
export function earlierRun(
  repo: Repository,
  head: string,
  experiments: readonly Experiment[],
  inWay: readonly FileStep[],
): Earlier | undefined {
  const latestFirst = [...experiments].sort((a, b) => (a.started < b.started ? 1 : -1));
  const blobs = blobsAt(
    repo,
    latestFirst.flatMap(({ commit }) => inWay.map(({ path }) => ({ commit, path }))),
  );
  const found = latestFirst.find((_, at) =>
    inWay.every(({ from }, file) => blobs[at * inWay.length + file] === (from?.id ?? null)),
  );
  return found && { before: head, after: found.commit };
}

/** `changes`: what is to come, from `head`. */
export function withEarlier(
  repo: Repository,
  head: string,
  changes: readonly TreeChange[],
  earlier: Earlier | undefined,
): FileWish[] {
  if (!earlier) return [...changes];
  const was = new Map(
    treeChanges(repo, earlier.before, earlier.after).map((change) => [change.path, change]),
  );
  const atHead = new Map(treeChanges(repo, earlier.after, head).map(({ path, to }) => [path, to]));
  const coming = new Set(changes.map(({ path }) => path));
  return [
    ...changes.map((change) => {
      const expected = was.get(change.path)?.to;
      return expected === undefined ? change : { ...change, expected };
    }),
    ...[...was.values()].flatMap(({ path, from, to }): FileWish[] => {
      if (coming.has(path) || !atHead.has(path)) return []; // committed since
      return [{ path, from: atHead.get(path)!, to: from, expected: to, only: true }];
    }),
  ];
}
