// Puts mlops' block into Git's hooks and takes it out again. What the user has there is kept: shell scripts get a block,
// anything else (a program, a link, a hook that is switched off) is set beside and called. Uninstalling gives back
// every byte and every name.
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../core/failure.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { type HookName, isMadeHook, isShellScript, madeHook, withBlock, withoutBlock } from './hook-text.ts';
import { mustGit, type Repository } from './repository.ts';

export const HOOKS: readonly HookName[] = ['post-checkout', 'post-merge', 'pre-push'];

export interface HookState {
  readonly name: HookName;
  /** Absolute. */
  readonly path: string;
  readonly installed: boolean;
}

interface Folder {
  readonly dir: string;
  /** Its files are run as `sh FILE` by a tool of the user, whatever their mode and first line say. */
  readonly runBySh: boolean;
}

/** Where Git looks for hooks: `core.hooksPath`, or the folder that all worktrees share. */
function hooksFolder(repo: Repository): Folder {
  const dir = mustGit(repo, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks']).trimEnd();
  // Husky makes `.husky/_` anew at every `npm install`; from there it runs the scripts in `.husky`.
  if (basename(dir) === '_' && basename(dirname(dir)) === '.husky')
    return { dir: dirname(dir), runBySh: true };
  return { dir, runBySh: false };
}

export function hookStates(repo: Repository): HookState[] {
  const { dir } = hooksFolder(repo);
  return HOOKS.map((name) => {
    const path = join(dir, name);
    const text = orAbsent(() => readFileSync(path, 'utf8'), '');
    return { name, path, installed: text !== '' && withoutBlock(text) !== text };
  });
}

/** Returns the hooks that changed. Installing twice changes nothing. */
export function installHooks(repo: Repository): HookState[] {
  const folder = hooksFolder(repo);
  mkdirSync(folder.dir, { recursive: true });
  return HOOKS.flatMap((name) => {
    const path = join(folder.dir, name);
    return orRefused(path, () => install(folder, name, path)) ? [{ name, path, installed: true }] : [];
  });
}

function install(folder: Folder, name: HookName, path: string): boolean {
  const there = orAbsent(() => lstatSync(path), undefined);
  if (!there) return write(path, madeHook(name), 0o755);
  const text = there.isFile() ? readFileSync(path, 'utf8') : '';
  if (folder.runBySh || isMadeHook(text) || (isRun(there) && isShellScript(text))) {
    const wanted = withBlock(text, name);
    return wanted !== text && write(path, wanted, there.mode & 0o777);
  }
  const previous = besideOf(path);
  if (orAbsent(() => lstatSync(previous), undefined))
    fail('refused', `${previous} is in the way: an earlier hook is kept there`, {
      help: `look at ${path} and at it, and remove one of them`,
    });
  renameSync(path, previous);
  return write(path, madeHook(name, basename(previous)), 0o755);
}

/** Git runs only hooks that are executable. */
function isRun(file: Stats): boolean {
  return file.isFile() && (process.platform === 'win32' || (file.mode & 0o111) !== 0);
}

/** Returns the hooks that changed. */
export function uninstallHooks(repo: Repository): HookState[] {
  // Hooks may have been installed before `core.hooksPath` was set.
  const folders = new Set([hooksFolder(repo).dir, join(repo.commonDir, 'hooks')]);
  return [...folders].flatMap((dir) =>
    HOOKS.flatMap((name) => {
      const path = join(dir, name);
      return orRefused(path, () => uninstall(path)) ? [{ name, path, installed: false }] : [];
    }),
  );
}

function uninstall(path: string): boolean {
  const there = orAbsent(() => lstatSync(path), undefined);
  if (!there?.isFile()) return false;
  const text = readFileSync(path, 'utf8');
  const own = withoutBlock(text);
  if (own === text) return false;
  const previous = besideOf(path);
  if (isMadeHook(text, basename(previous))) renameSync(previous, path);
  else if (isMadeHook(text)) rmSync(path);
  else write(path, own, there.mode & 0o777);
  return true;
}

function besideOf(path: string): string {
  return `${path}.before-mlops`;
}

function write(path: string, text: string, mode: number): true {
  writeAtomic(path, text, { mode });
  chmodSync(path, mode); // whatever the umask took
  return true;
}

function orRefused<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    return fail(
      'refused',
      `${path} cannot be written`,
      { help: 'git config core.hooksPath says where hooks lie' },
      error,
    );
  }
}
