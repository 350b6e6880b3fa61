// What is committed back after a run, as data: it stands in `ci.json` between the half that runs people's code and the half
// that holds a token.

import { fail } from '../../core/failure.ts';
import type { CommitId, RepoPath } from '../../core/ids.ts';
import { repoPathProblem } from '../../core/ids.ts';
import type { Person } from '../../git/write-commit.ts';

export interface CommitPlan {
  /** A remote of Git, or a URL. */
  readonly remote: string;
  /** Without `refs/heads/`: what the job was started for, of a pull request its own branch. */
  readonly branch: string;
  /** What the run ran on: HEAD of the checkout, which of a pull request may be a merge that the host made. */
  readonly ranOn: CommitId;
  /** The commit of `branch` that the job was started for; `ranOn` itself but for such a merge. */
  readonly head: CommitId;
  /** Files that the run was entitled to write. */
  readonly paths: readonly PlannedPath[];
  /** Whole, with its trailers: `commitMessage`. */
  readonly message: string;
  readonly by: Person | undefined;
}

export interface PlannedPath {
  readonly path: RepoPath;
  /** `lock`: a pipeline.lock; `out`: a file or folder that Git keeps; `ignore`: the block that mlops keeps in a .gitignore. */
  readonly kind: 'lock' | 'out' | 'ignore';
}

/** Paths that decide what is run, and by whom: nothing that ran may change them. */
const RULES = /^(?:\.git.*|\.mlops|pipeline\.yaml)$/i;

const NAMES = { lock: 'pipeline.lock', ignore: '.gitignore' } as const;

/** @throws MlopsError `refused`, before anything is read: a plan may come from elsewhere */
export function checkPlan({ branch, paths }: Pick<CommitPlan, 'branch' | 'paths'>): void {
  if (!isBranchName(branch)) fail('refused', `${JSON.stringify(branch)} is no name of a branch`);
  for (const { path, kind } of paths) {
    const problem = pathProblem(path, kind);
    if (problem !== null)
      fail('refused', `${JSON.stringify(path)} is not committed: it ${problem}`, {
        help: 'only locks, .gitignore blocks and outs with "git: true" go back into the branch',
      });
  }
}

function pathProblem(path: string, kind: PlannedPath['kind']): string | null {
  const problem = repoPathProblem(path);
  if (problem !== null) return problem;
  if (/[\n\r]/.test(path)) return 'contains a line end';
  const parts = path.split('/');
  if (kind !== 'out' && parts.pop() !== NAMES[kind]) return `is no ${NAMES[kind]}`;
  if (kind === 'out' && parts.at(-1) === NAMES.lock) return 'is a lock';
  const rule = parts.find((part) => RULES.test(part));
  return rule === undefined ? null : `is part of what decides how runs are run (${rule})`;
}

/** What Git allows (git-check-ref-format), and no more than a name: it becomes part of a refspec. */
function isBranchName(name: string): boolean {
  return (
    name !== '' &&
    name.length <= 250 &&
    !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[/.-]|[/.]$|\/\.|\.lock(?:\/|$)/.test(name) &&
    name !== '@'
  );
}
