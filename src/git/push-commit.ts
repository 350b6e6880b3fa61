// One commit onto one branch elsewhere, and where that branch stands. No hook of this repository runs, since what ran here
// before may have written it, and a push of ours may carry a token.
import { fail } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { isShallow, tryResolve } from './history.ts';
import { reasonIn } from './reason.ts';
import { answerIn, type GitEnv, remoteRefs } from './remote-refs.ts';
import { withoutPassword } from './remote-urls.ts';
import { NO_HOOKS, type Repository, runGit } from './repository.ts';

/** Another repository: a remote's name or a URL, and what git has to see to be let in. */
export interface GitPlace {
  readonly remote: string;
  readonly env: GitEnv;
}

/** Undefined where there is no such ref. @throws MlopsError `remote` */
export function tipOf(repo: Repository, { remote, env }: GitPlace, ref: string): CommitId | undefined {
  return remoteRefs(repo, remote, [ref], env).find((each) => each.ref === ref)?.id;
}

/** Brings a commit that is not here yet, without a ref to it. Where history is cut already, without what came before it. */
export function bringCommit(repo: Repository, { remote, env }: GitPlace, commit: CommitId): void {
  if (tryResolve(repo, commit) !== undefined) return;
  const depth = isShallow(repo) ? ['--depth=1'] : [];
  const quiet = ['-q', '--no-tags', '--no-write-fetch-head', '--refmap=', '--no-prune'];
  const flags = [...quiet, '--recurse-submodules=no', '--no-auto-maintenance', ...depth];
  const fetched = runGit(repo.top, [...NO_HOOKS, 'fetch', ...flags, '--', remote, commit], undefined, env);
  if (fetched.code !== 0 || tryResolve(repo, commit) === undefined)
    fail(
      'remote',
      `${withoutPassword(remote)} does not hand out commit ${commit.slice(0, 10)}: ${reasonIn(fetched.stderr)}`,
      {
        help: 'a branch that was written anew no longer has it; run the job for its new tip',
      },
    );
}

/** `moved`: another commit stands there than the one that ours follows. `refused`: by a rule, in the host's words. */
export type PushAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Without `replacing` only a commit that follows what stands there is taken. With it, exactly that commit is replaced,
 * null: none is there; for refs that are ours alone. @throws MlopsError `remote` when nothing could be sent
 */
export function pushCommit(
  repo: Repository,
  { remote, env }: GitPlace,
  commit: CommitId,
  ref: string,
  replacing?: CommitId | null,
): PushAnswer {
  const lease = replacing === undefined ? [] : [`--force-with-lease=${ref}:${replacing ?? ''}`];
  const flags = ['--porcelain', '--no-follow-tags', '--no-verify', '--recurse-submodules=no', ...lease];
  const args = [...NO_HOOKS, 'push', ...flags, '--', remote, `${commit}:${ref}`];
  const { code, stdout, stderr } = runGit(repo.top, args, undefined, env);
  const answer = stdout
    .toString()
    .split('\n')
    .flatMap(answerIn)
    .find((each) => each.ref === ref);
  if (answer === undefined)
    return code === 0
      ? { kind: 'taken' }
      : fail('remote', `${withoutPassword(remote)} cannot be pushed to: ${reasonIn(stderr)}`, HELP);
  if (answer.refused === undefined) return { kind: 'taken' };
  if (!answer.byHost || LOST_RACE.test(answer.refused)) return { kind: 'moved' };
  return { kind: 'refused', why: [answer.refused, ...saidByHost(stderr)].join('; ') };
}

/** Two pushes at once: both were told the old tip, and the host's own lock decided. */
const LOST_RACE =
  /^(?:failed to update ref|cannot lock ref|incorrect old value provided|fetch first|reference already exists)/;

const HELP = {
  help: 'it needs a token that may write contents; GitHub: permissions: contents: write; GitLab: a token with write_repository',
};

/** What it said in its own words, as GitHub and GitLab say which rule it was: `remote: error: GH006: Protected branch …` */
function saidByHost(stderr: string): string[] {
  const lines = [...stderr.matchAll(/^remote:(.*)$/gm)].map(([, line]) =>
    line!.replace(/[^\P{C}\t]/gu, '').trim(),
  );
  return lines.filter((line) => line !== '').slice(0, MOST_LINES);
}

const MOST_LINES = 6;
