// A worktree with its store and its memory of what was hashed.
import { existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Report } from '../core/event.ts';
import { fail } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isErrno } from '../util/errno.ts';
import { type Clock, fileSystemClock } from './clock.ts';
import { type IgnoreScope, ignoreScope } from './ignore.ts';
import { StatCache } from './stat-cache.ts';
import { openStore, type Store } from './store.ts';

export interface Workspace {
  /** Absolute Git top level. */
  readonly top: string;
  /** The same without symlinks. */
  readonly realTop: string;
  readonly store: Store;
  readonly stat: StatCache;
  /** Rules of .mlopsignore and .gitignore for a directory artifact. */
  readonly ignore: (dir: RepoPath | '') => IgnoreScope;
  /** Folders outside the repository that a symlinked parent may lead to; absolute. */
  readonly allowOutside: readonly string[];
  /** Whether its file system takes `A` for `a`. */
  readonly foldsNames: boolean;
  readonly warn: (text: string) => void;
  /** Hears how far long work is. */
  readonly report: Report;
}

export interface WorkspaceOptions {
  readonly top: string;
  /** `git rev-parse --git-dir`, absolute: state of this worktree. */
  readonly gitDir: string;
  /** `git rev-parse --git-common-dir`, absolute: state that worktrees share. */
  readonly commonDir: string;
  /** Instead of <commonDir>/mlops/store. */
  readonly storeDir?: string;
  readonly allowOutside?: readonly string[];
  /** Files that Git tracks though its rules ignore them, from the top level; default: none. */
  readonly trackedAnyway?: () => Iterable<string>;
  readonly warn?: (text: string) => void;
  readonly report?: Report;
  /** For tests of coarse file systems. */
  readonly clock?: Clock;
  /** For tests; default: ask the file system. */
  readonly foldsNames?: boolean;
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  const stat = join(options.gitDir, 'mlops', 'stat');
  mkdirSync(stat, { recursive: true });
  const ground = { top: options.top, trackedAnyway: options.trackedAnyway ?? (() => []) };
  return {
    top: options.top,
    realTop: realpathSync.native(options.top),
    store: openStore(options.storeDir ?? join(options.commonDir, 'mlops', 'store')),
    stat: new StatCache(stat, options.clock ?? fileSystemClock(stat)),
    ignore: (dir) => ignoreScope(ground, dir),
    allowOutside: options.allowOutside ?? [],
    foldsNames: options.foldsNames ?? existsSync(join(options.gitDir, 'mlops', 'STAT')),
    warn: options.warn ?? (() => {}),
    report: options.report ?? (() => {}),
  };
}

/**
 * The absolute path, after proving that no symlink among its parents leads out of the repository or into Git's part of it.
 * The last name itself may be a symlink, and may be absent with some of its parents.
 * @throws MlopsError `config`
 */
export function absoluteInside(ws: Workspace, path: RepoPath): string {
  const absolute = join(ws.top, path);
  const parent = realpathOfExisting(dirname(absolute));
  const root = [ws.realTop, ...ws.allowOutside].find((dir) => isBelow(parent, dir));
  if (root === undefined)
    fail('config', `"${path}" leads out of the repository, to ${parent}`, {
      help: `if that is meant, allow it in local.yaml: allowOutside: ["${parent}"]`,
    });
  // A link in the work tree may lead into Git's own directory, where a file is a hook or a token.
  if (parent.slice(root.length).split(sep).some(isGitDirectory))
    fail('config', `"${path}" leads into Git's own directory, to ${parent}`, {
      help: 'remove the symlink, or choose another path in pipeline.yaml',
    });
  return absolute;
}

/** Where `path` really is, relative to the top level: a symlinked parent may lead elsewhere in the repository. */
export function realPathInside(ws: Workspace, path: RepoPath): RepoPath {
  const absolute = absoluteInside(ws, path);
  const real = join(realpathOfExisting(dirname(absolute)), basename(absolute));
  return (isBelow(real, ws.realTop) ? relative(ws.realTop, real).split(sep).join('/') : path) as RepoPath;
}

function isGitDirectory(name: string): boolean {
  return name.toLowerCase() === '.git';
}

function realpathOfExisting(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    // A dangling symlink would be followed by whoever writes below it.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      fail('config', `${path} is a symlink that leads nowhere`, { help: 'remove it or repair its target' });
    return realpathOfExisting(dirname(path));
  }
}

function isBelow(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);
}
