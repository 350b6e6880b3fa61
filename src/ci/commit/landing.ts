// What committing back and proposing have in common: the tip of a branch, the changes on it as a commit, and keeping them
// where they cannot be pushed.
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import { type GitToken, withToken } from '../../git/credentials.ts';
import { bringCommit, type GitPlace, tipOf } from '../../git/push-commit.ts';
import { withoutPassword } from '../../git/remote-urls.ts';
import type { Repository } from '../../git/repository.ts';
import { patchBetween, treeWith } from '../../git/tree-changes.ts';
import { writeCommit } from '../../git/write-commit.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { type Edits, editsOnto } from './onto.ts';
import type { OwnChange } from './own-changes.ts';
import type { CommitPlan } from './plan.ts';

/** How the branch is reached, and where what cannot be pushed is kept. */
export interface CommitAccess {
  /** Undefined: git finds its own credentials. */
  readonly token: GitToken | undefined;
  /** An absolute folder, the report's: `commit.patch` is put there when the changes cannot be pushed. */
  readonly keepIn: string | undefined;
  /** Between tries, in ms; tests hand in none. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** `work` is given where the branch is, and what lets it in. */
export async function atPlace<T>(
  repo: Repository,
  { remote }: CommitPlan,
  { token }: CommitAccess,
  work: (place: GitPlace) => Promise<T>,
): Promise<T> {
  return token === undefined ? work({ remote, env: {} }) : withToken(repo, remote, token, work);
}

/** Where the branch stands now; what is compared is here afterwards. */
export function branchTip(
  repo: Repository,
  plan: CommitPlan,
  place: GitPlace,
  changes: readonly OwnChange[],
): CommitId {
  const tip = tipOf(repo, place, `refs/heads/${plan.branch}`);
  if (tip === undefined)
    return fail(
      'refused',
      `the branch ${plan.branch} is gone from ${withoutPassword(plan.remote)}: there is nothing to commit to`,
    );
  if (changes.length === 0) return tip;
  bringCommit(repo, place, tip);
  bringCommit(repo, place, plan.head);
  return tip;
}

/** The changes on the tip. @throws MlopsError `refused` where the branch has others */
export function landed(
  repo: Repository,
  plan: CommitPlan,
  access: CommitAccess,
  changes: readonly OwnChange[],
  tip: CommitId,
): Edits {
  const edits = editsOnto(repo, changes, { known: plan.head, tip });
  if (edits.conflicts.length === 0) return edits;
  const own = editsOnto(repo, changes, { known: plan.head, tip: plan.head });
  return notPushed(repo, access, {
    exit: 'refused',
    message: `${plan.branch} was changed meanwhile, to other results than this run's: ${edits.conflicts.join(', ')}`,
    from: plan.head,
    to: commitOn(repo, plan, plan.head, own),
    advice: 'run the job again on the new commit',
  });
}

export function commitOn(repo: Repository, plan: CommitPlan, parent: CommitId, edits: Edits): CommitId {
  const folder = `${repo.gitDir}/mlops`;
  mkdirSync(folder, { recursive: true });
  const changes = [...edits.files].map(([path, to]) => ({ path, to }));
  const tree = treeWith(repo, folder, parent, changes);
  return writeCommit(repo, tree, [parent], plan.message, plan.by);
}

interface Unpushed {
  readonly exit: 'refused' | 'busy';
  readonly message: string;
  readonly from: CommitId;
  readonly to: CommitId;
  readonly advice: string;
}

/** What the run made is not lost with the machine that made it. */
export function notPushed(
  repo: Repository,
  { keepIn }: CommitAccess,
  { exit, message, from, to, advice }: Unpushed,
): never {
  const kept = keepIn === undefined ? '' : `; the changes are kept in ${keepPatch(repo, from, to, keepIn)}`;
  return fail(exit, message, { help: `nothing was pushed${kept}; ${advice}` });
}

const PATCH = 'commit.patch';

function keepPatch(repo: Repository, from: CommitId, to: CommitId, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeAtomic(join(folder, PATCH), patchBetween(repo, from, to));
  return `${basename(folder)}/${PATCH}`;
}
