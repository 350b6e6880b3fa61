// A Git repository through the git program: the one that is right in every repository (worktrees, submodules,
// alternates, sparse checkouts). A spawn costs about 2 ms, so callers ask once for many paths.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fail } from '../core/failure.ts';
import { isErrno } from '../util/errno.ts';

export interface Repository {
  /** Absolute, links resolved. */
  readonly top: string;
  /** Of this worktree. */
  readonly gitDir: string;
  /** Shared by all worktrees. */
  readonly commonDir: string;
}

/** For what Git does on our behalf: the user's hooks are about what the user does. */
export const NO_HOOKS: readonly string[] = ['-c', 'core.hooksPath=/dev/null'];

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Undefined when `cwd` is in no work tree. */
export function openRepository(cwd: string): Repository | undefined {
  const result = runGit(cwd, [
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--git-dir',
    '--git-common-dir',
  ]);
  if (result.code !== 0) {
    if (/dubious ownership/.test(result.stderr))
      fail('config', `Git does not trust the repository at ${cwd}`, {
        help: `git config --global --add safe.directory ${cwd}`,
      });
    if (/must be run in a work tree/.test(result.stderr))
      fail('config', `${cwd} has no work tree: it is a bare repository, or inside .git`, {
        help: 'git clone it, or git worktree add, and work there',
      });
    return undefined;
  }
  const [top, gitDir, commonDir] = result.stdout.toString().trimEnd().split('\n');
  return { top: realpathSync(top!), gitDir: resolve(gitDir!), commonDir: resolve(commonDir!) };
}

/** Variables by which hooks and `git rebase --exec` tell Git where it is. */
const PLACE = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

/**
 * From now on Git finds repositories by their folders alone, as a process has to that works in several work trees; so do
 * its children. @throws MlopsError `config` where those variables are all that leads to `repo`
 */
export function findByFolder(repo: Repository): void {
  const told = PLACE.filter((name) => process.env[name] !== undefined);
  if (told.length === 0) return;
  for (const name of told) delete process.env[name];
  if (openRepository(repo.top)?.gitDir !== repo.gitDir)
    fail(
      'config',
      `Git finds this repository by ${told.join(', ')} alone: no other work tree of it can be used`,
    );
}

export function requireRepository(cwd: string): Repository {
  return (
    openRepository(cwd) ??
    fail('config', `${cwd} is not in a Git repository`, { help: 'git init && mlops init' })
  );
}

/** Runs git; a non-zero exit is a result. Its words are English whatever the user's locale, so they can be passed on. */
export function runGit(
  cwd: string,
  args: readonly string[],
  input?: string | Buffer,
  env: { readonly [name: string]: string } = {},
): GitResult {
  const result = spawnSync('git', args, {
    ...placeOf(cwd, env),
    ...(input === undefined ? {} : { input }),
    maxBuffer: 1 << 30,
  });
  if (result.error) cannotRun(result.error);
  return { code: result.status ?? 1, stdout: result.stdout, stderr: result.stderr.toString() };
}

/** As `runGit`; what runs beside it in this process goes on meanwhile. */
export async function awaitGit(
  cwd: string,
  args: readonly string[],
  input?: string | Buffer,
  env: { readonly [name: string]: string } = {},
): Promise<GitResult> {
  const git = spawn('git', args, placeOf(cwd, env));
  git.stdin.on('error', () => {}); // it ended without reading: its exit code says why
  git.stdin.end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(git, 'close').catch(cannotRun),
    buffer(git.stdout),
    buffer(git.stderr),
  ]);
  return { code: code ?? 1, stdout, stderr: stderr.toString() };
}

function placeOf(cwd: string, env: { readonly [name: string]: string }) {
  const common = { LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  return { cwd, env: { ...process.env, ...common, ...env }, windowsHide: true };
}

function cannotRun(error: Error): never {
  if (isErrno(error, 'ENOENT'))
    fail('config', 'the git program was not found', { help: 'install Git 2.30 or newer' });
  throw error;
}

/** Runs git where failure is our caller's bug or the repository's damage. */
export function mustGit(repo: Repository, args: readonly string[], input?: string | Buffer): string {
  const result = runGit(repo.top, args, input);
  if (result.code !== 0) fail('config', `git ${args[0]} failed: ${result.stderr.trim()}`);
  return result.stdout.toString();
}
