// More history for a clone that was cut when it was made, as CI hosts make them. Refs, index and files stay as they are.
import { readFileSync } from 'node:fs';
import { MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { isShallow } from './history.ts';
import { reasonIn } from './reason.ts';
import { remoteRefs } from './remote-refs.ts';
import { type Repository, runGit } from './repository.ts';

/** Undefined: it went well. Else why not, in Git's words and without credentials. */
export type Refusal = string | undefined;

/** Where history is cut here; the remote has these commits, whatever refs it has by now. Empty where it is whole. */
export function cutCommits(repo: Repository): CommitId[] {
  const text = orAbsent(() => readFileSync(`${repo.commonDir}/shallow`, 'utf8'), '');
  return text.split('\n').filter((line) => line !== '') as CommitId[];
}

/** `depth` more generations behind every cut. */
export function deepen(repo: Repository, depth: number): Refusal {
  return fetchCommits(repo, [`--deepen=${depth}`], cutCommits(repo));
}

/** One commit by its id; in a cut clone without what came before it. */
export function fetchCommit(repo: Repository, commit: CommitId): Refusal {
  return fetchCommits(repo, isShallow(repo) ? ['--depth=1'] : [], [commit]);
}

/** What `origin` calls the tip of `branch` at this moment; undefined where it has none, or does not answer. */
export function branchThere(repo: Repository, branch: string): CommitId | undefined {
  const ref = `refs/heads/${branch}`;
  try {
    return remoteRefs(repo, 'origin', [ref]).find((each) => each.ref === ref)?.id;
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return undefined;
  }
}

function fetchCommits(repo: Repository, how: readonly string[], wanted: readonly CommitId[]): Refusal {
  const quiet = ['-q', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--refmap='];
  const { code, stderr } = runGit(
    repo.top,
    ['fetch', ...quiet, ...how, '--stdin', 'origin'],
    wanted.map((each) => `${each}\n`).join(''),
  );
  return code === 0 ? undefined : reasonIn(stderr) || 'git fetch failed';
}
