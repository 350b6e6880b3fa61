// What the changes of a job are counted against, and gates of change judged by. CI hosts check out a single commit without
// the rest of history, so what is missing is fetched: a little, then twice as much, until the answer is here.
//
//   pull request   where it left its base branch; of a merge that the host made, that is the merge's first parent
//   push           what stood there before, as long as history goes on from it (a forced push need not), else HEAD^
//   anything else  HEAD; on a branch of its own, where that left the default one
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { branchThere, cutCommits, deepen, fetchCommit, type Refusal } from '../git/deepen.ts';
import { firstParent, headCommit, mergeBase, parentsOf, partingFrom, tryResolve } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import type { CiContext } from './context.ts';

export interface Baseline {
  /** As a reader knows it: `main`, `HEAD^`. */
  readonly name: string;
  /** Undefined where there is none: a first commit, or a history that could not be had. */
  readonly commit: CommitId | undefined;
  /** Of a pull request the tip of the branch that it goes into, whose settings rule. */
  readonly tip: CommitId | undefined;
  /** What a reader must know of it. */
  readonly notes: readonly string[];
}

/**
 * `given`: a revision that the user named.
 * @throws MlopsError `usage` where that is none
 */
export function findBaseline(repo: Repository, context: CiContext, given: string | undefined): Baseline {
  const head = headCommit(repo);
  if (!head) return none('HEAD', 'there is no commit yet: nothing to compare with');
  switch (context.event) {
    case 'pull_request':
    case 'pull_request_target':
    case 'workflow_run':
      return ofPull(repo, context, head, given);
    case 'push':
      return given === undefined ? ofPush(repo, context, head) : ofNamed(repo, context, given);
    default:
      return given === undefined ? ofBranch(repo, head) : ofNamed(repo, context, given);
  }
}

function ofPull(repo: Repository, context: CiContext, head: CommitId, given: string | undefined): Baseline {
  const name = given ?? (context.pull?.base.branch || context.defaultBranch);
  // A shell that was told nothing.
  if (name === undefined) return withTip(ofBranch(repo, head));
  const { found: tip, refused } = given === undefined ? tipOf(repo, context, head, name) : look(repo, given);
  if (!tip && given !== undefined) return noCommit(given, refused, context);
  if (!tip) return none(name, `${name} is not here and could not be fetched${because(refused, context)}`);
  const base = reach(repo, () => mergeBase(repo, head, tip));
  if (base.found) return { name, commit: base.found, tip, notes: [] };
  const note = base.refused
    ? `where this left ${name} is not known: history is cut here, and no more of it could be fetched${because(base.refused, context)}`
    : `HEAD and ${name} have no commit in common: nothing to compare with`;
  return { ...none(name, note), tip };
}

interface Reached {
  readonly found?: CommitId | undefined;
  readonly refused?: Refusal;
}

/** The tip of the base branch. A merge that the host made says it, for it may be of another moment than the event. */
function tipOf(repo: Repository, { pull }: CiContext, head: CommitId, branch: string): Reached {
  const [into, merged] = parentsOf(repo, head);
  if (pull && into && merged === pull.head.sha) return here(repo, into);
  const named = pull?.base.sha ? here(repo, pull.base.sha) : {};
  if (named.found) return named;
  const known = look(repo, branch);
  return known.found ? known : { refused: named.refused ?? known.refused };
}

/** A revision, as this clone or else `origin` knows it. */
function look(repo: Repository, rev: string): Reached {
  const known = tryResolve(repo, `refs/remotes/origin/${rev}`) ?? tryResolve(repo, rev);
  if (known) return { found: known };
  const branch = rev.replace(/^origin\//, '');
  const there = branchThere(repo, branch);
  return there ? here(repo, there) : { refused: `origin has no branch ${branch}` };
}

/** The commit, fetched where it is not here. */
function here(repo: Repository, commit: CommitId): Reached {
  if (tryResolve(repo, commit)) return { found: commit };
  const refused = fetchCommit(repo, commit);
  return refused === undefined ? { found: commit } : { refused };
}

function ofPush(repo: Repository, context: CiContext, head: CommitId): Baseline {
  const { before } = context;
  if (before && before !== head && here(repo, before).found) {
    const common = reach(repo, () => mergeBase(repo, head, before));
    if (common.found === before) return plain(before.slice(0, 7), before);
  }
  if (parentsOf(repo, head).length === 0)
    return none('HEAD^', 'this is the first commit: nothing to compare with');
  const { found, refused } = reach(repo, () => firstParent(repo, head));
  return found
    ? plain('HEAD^', found)
    : none('HEAD^', `HEAD^ is not here and could not be fetched${because(refused, context)}`);
}

function ofBranch(repo: Repository, head: CommitId): Baseline {
  const parting = partingFrom(repo, head);
  return parting?.base && parting.base !== head ? plain(parting.main, parting.base) : plain('HEAD', head);
}

function ofNamed(repo: Repository, context: CiContext, given: string): Baseline {
  const { found, refused } = look(repo, given);
  return found ? plain(given, found) : noCommit(given, refused, context);
}

/** What somebody typed is not quietly left out. */
function noCommit(given: string, refused: Refusal, context: CiContext): never {
  fail('usage', `--base: no commit is called ${given} here`, {
    help: `a branch, tag or commit${because(refused, context)}`,
  });
}

/** Generations fetched at first. */
const FIRST = 32;

/** Fetches more of history until `find` finds, there is no more, or it is refused. */
function reach(repo: Repository, find: () => CommitId | undefined): Reached {
  for (let depth = FIRST; ; depth *= 2) {
    const found = find();
    const cut = cutCommits(repo);
    if (found || cut.length === 0) return { found };
    const refused = deepen(repo, depth);
    if (refused !== undefined) return { refused };
    // A clone of a clone that is itself cut.
    if (cutCommits(repo).join() === cut.join()) return { found: find(), refused: 'origin has no more of it' };
  }
}

function because(refused: Refusal, { host }: CiContext): string {
  const whole = { github: 'fetch-depth: 0', gitlab: 'GIT_DEPTH: 0', shell: 'git fetch --unshallow' }[host];
  return `${refused === undefined ? '' : ` (${refused})`}; check out all of history: ${whole}`;
}

function plain(name: string, commit: CommitId): Baseline {
  return { name, commit, tip: undefined, notes: [] };
}

function withTip(baseline: Baseline): Baseline {
  return { ...baseline, tip: baseline.commit };
}

function none(name: string, note: string): Baseline {
  return { name, commit: undefined, tip: undefined, notes: [note] };
}
