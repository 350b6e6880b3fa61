// Refs of our own beside branches and tags: listed with what their commits say, and moved only when nobody moved them since.
import { type CommitId, commitOf } from '../core/ids.ts';
import { mustGit, NO_HOOKS, type Repository, runGit } from './repository.ts';

export interface RefCommit {
  readonly ref: string;
  readonly commit: CommitId;
  /** The whole message. */
  readonly message: string;
}

/** Refs below the prefixes that lead to commits, sorted by name; their messages come along in the same call. */
export function commitsAtRefs(repo: Repository, prefixes: readonly string[]): RefCommit[] {
  const listed = mustGit(repo, [
    'for-each-ref',
    '--format=%(refname)%00%(objectname)%00%(objecttype)%00%(contents)%00%01',
    ...prefixes,
  ]);
  return listed.split('\0\x01\n').flatMap((each): RefCommit[] => {
    const [ref = '', id = '', type = '', ...message] = each.split('\0');
    return type === 'commit' ? [{ ref, commit: commitOf(id), message: message.join('\0') }] : [];
  });
}

/** Refs below the prefixes, sorted by name, without a look at what they lead to. */
export function refsBelow(
  repo: Repository,
  prefixes: readonly string[],
): { ref: string; commit: CommitId }[] {
  const listed = mustGit(repo, ['for-each-ref', '--format=%(objectname) %(refname)', ...prefixes]);
  return listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ref: line.slice(line.indexOf(' ') + 1), commit: commitOf(line.split(' ')[0]!) }));
}

/** `from`: where the ref is now, null when it is not there; `to`: null removes it. */
export interface RefChange {
  readonly ref: string;
  readonly from: CommitId | null;
  readonly to: CommitId | null;
}

/**
 * All or none. Returns undefined, or in Git's words why nothing was changed: another moved one of them first. `why`: for
 * the logs of the refs; null = they get none.
 */
export function changeRefs(
  repo: Repository,
  changes: readonly RefChange[],
  why: string | null,
): string | undefined {
  if (changes.length === 0) return undefined;
  const zero = '0'.repeat((changes[0]!.to ?? changes[0]!.from)!.length);
  const lines = changes.map(({ ref, from, to }) =>
    to === null ? `delete ${ref}\0${from}\0` : `update ${ref}\0${to}\0${from ?? zero}\0`,
  );
  const { code, stderr } = runGit(
    repo.top,
    [...NO_HOOKS, 'update-ref', ...(why === null ? [] : ['-m', why, '--create-reflog']), '-z', '--stdin'],
    lines.join(''),
  );
  return code === 0 ? undefined : stderr.trim();
}
