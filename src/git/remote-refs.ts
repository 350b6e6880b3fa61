// Refs of another repository, by the git program over whatever transport and with whatever credentials the user has:
// listed, their commits fetched, ours sent there. `remote` is a name or a URL.
import { fail } from '../core/failure.ts';
import { type CommitId, commitOf } from '../core/ids.ts';
import { reasonIn } from './reason.ts';
import type { RefChange } from './refs.ts';
import { withoutPassword } from './remote-urls.ts';
import { type Repository, runGit } from './repository.ts';

export interface RemoteRef {
  readonly ref: string;
  readonly id: CommitId;
}

/** What git is to see beside the usual, such as credentials (credentials.ts). */
export type GitEnv = { readonly [name: string]: string };

/** @throws MlopsError `remote` */
export function remoteRefs(
  repo: Repository,
  remote: string,
  prefixes: readonly string[],
  env: GitEnv = {},
): RemoteRef[] {
  const patterns = prefixes.map((prefix) => `${prefix}*`);
  const args = ['ls-remote', '--refs', '--', remote, ...patterns];
  const { code, stdout, stderr } = runGit(repo.top, args, undefined, env);
  if (code !== 0) cannot(repo, remote, 'listed', stderr);
  return stdout
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [id = '', ref = ''] = line.split('\t');
      return prefixes.some((prefix) => ref.startsWith(prefix)) ? [{ ref, id: commitOf(id) }] : [];
    });
}

/** Brings what they lead to, without a ref to it. @throws MlopsError `remote` */
export function fetchRemoteRefs(repo: Repository, remote: string, refs: readonly RemoteRef[]): void {
  if (refs.length === 0) return;
  const flags = [
    '-q',
    '--no-tags',
    '--no-write-fetch-head',
    '--refmap=',
    '--no-prune',
    '--recurse-submodules=no',
    '--no-auto-maintenance',
  ];
  const wanted = refs.map(({ ref }) => `${ref}\n`).join('');
  const { code, stderr } = runGit(repo.top, ['fetch', ...flags, '--stdin', '--', remote], wanted);
  if (code !== 0) cannot(repo, remote, 'fetched', stderr);
}

export interface RefAnswer {
  readonly ref: string;
  /** Undefined: it is there now. */
  readonly refused?: string;
  /** By the host itself, not for what stands there. */
  readonly byHost: boolean;
}

/**
 * Each on its own: some may be taken and others refused. `from` is what stands there; it is replaced only while it does.
 * `env`: what hooks of this repository see. @throws MlopsError `remote` when none could be sent
 */
export function pushRefs(
  repo: Repository,
  remote: string,
  changes: readonly (RefChange & { readonly to: CommitId })[],
  env: GitEnv,
): RefAnswer[] {
  if (changes.length === 0) return [];
  const leases = changes.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const specs = changes.map(({ ref, to }) => `${to}:${ref}`);
  const { code, stdout, stderr } = runGit(
    repo.top,
    ['push', '--porcelain', '--no-follow-tags', '--recurse-submodules=no', ...leases, '--', remote, ...specs],
    undefined,
    env,
  );
  const answers = stdout.toString().split('\n').flatMap(answerIn);
  if (code !== 0 && answers.length === 0) cannot(repo, remote, 'pushed to', stderr);
  return answers;
}

/** `!	3890c70:refs/mlops/exp/…	[remote rejected] (deny updating a hidden ref)` */
export function answerIn(line: string): RefAnswer[] {
  const [flag = '', names, said = ''] = line.split('\t');
  const ref = names?.slice(names.indexOf(':') + 1);
  if (ref === undefined || flag.length !== 1) return [];
  if (flag !== '!') return [{ ref, byHost: false }];
  const reason = /\((.+)\)$/.exec(said)?.[1] ?? said;
  return [{ ref, refused: reason, byHost: said.startsWith('[remote rejected]') }];
}

function cannot(repo: Repository, remote: string, what: string, stderr: string): never {
  const names = runGit(repo.top, ['remote']).stdout.toString().trim().split('\n').join(', ');
  return fail('remote', `${withoutPassword(remote)} cannot be ${what}: ${reasonIn(stderr)}`, {
    help: `a remote of Git is meant${names === '' ? ', or a URL' : `: ${names}, or a URL`}`,
  });
}
