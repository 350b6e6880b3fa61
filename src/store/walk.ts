// What stands below a directory of the workspace, with everything that cannot be recorded refused by name.
import { type BigIntStats, type Dirent, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import { byUtf8 } from '../util/compare.ts';
import { isErrno } from '../util/errno.ts';
import { type FileStat, fileStat } from './file-stat.ts';
import type { IgnoreScope } from './ignore.ts';
import { nameProblem } from './tree.ts';

/**
 * Hears of everything below a directory, parents before children, names in tree order. Paths are relative to its root.
 * Files are not looked at: asking for the times of many is work for all threads, see stat-files.ts.
 */
export interface Visitor {
  file(path: string): void;
  link(path: string, target: string): void;
  directory(path: string): void;
}

/** Narrows a walk: `path` as in `Visitor`. What it does not want is neither entered, checked nor asked for its times. */
export type Wanted = (path: string, directory: boolean) => boolean;

/** `root` is absolute; links are not followed. */
export function walkDirectory(
  root: string,
  scope: IgnoreScope,
  visitor: Visitor,
  wanted: Wanted = () => true,
): void {
  walk(root, '', scope, wanted, visitor);
}

function walk(absolute: string, prefix: string, scope: IgnoreScope, wanted: Wanted, visitor: Visitor): void {
  for (const entry of sortedEntries(absolute)) {
    const { name } = entry;
    if (scope.ignores(name, entry.isDirectory())) continue;
    if (!wanted(prefix + name, entry.isDirectory())) continue;
    const problem = nameProblem(name);
    if (problem)
      fail('config', `${join(absolute, name)} has a name that ${problem}`, {
        help: 'rename it, or list it in .mlopsignore',
      });
    const path = prefix + name;
    const below = `${absolute}/${name}`;
    if (entry.isDirectory()) {
      visitor.directory(path);
      walk(below, `${path}/`, scope.enter(name), wanted, visitor);
    } else if (entry.isSymbolicLink()) visitor.link(path, linkTarget(below));
    else {
      if (!entry.isFile()) regular(below, lstatSync(below, { bigint: true }));
      visitor.file(path);
    }
  }
}

/** @throws MlopsError `config` for a socket, FIFO or device */
export function regular(path: string, stats: BigIntStats): FileStat {
  if (!stats.isFile())
    fail('config', `${path} is a ${specialKind(stats)}, which cannot be stored`, {
      help: 'remove it, or list it in .mlopsignore',
    });
  return fileStat(stats);
}

function specialKind(stats: BigIntStats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'FIFO';
  return stats.isDirectory() ? 'directory' : 'device';
}

function linkTarget(path: string): string {
  const bytes = readlinkSync(path, { encoding: 'buffer' });
  return (
    utf8(bytes) ??
    fail('config', `symlink ${path} leads to a name that is not UTF-8`, { help: 'rename its target' })
  );
}

function sortedEntries(dir: string): Dirent[] {
  const entries = list(dir);
  // Node replaces bytes that are not UTF-8, so only such a name can hold U+FFFD by accident: look again at the bytes.
  if (entries.some((entry) => entry.name.includes('\ufffd')))
    for (const name of readdirSync(dir, { encoding: 'buffer' }))
      if (utf8(name) === undefined)
        fail('config', `${dir} holds a name that is not UTF-8: ${JSON.stringify(name.toString('latin1'))}`, {
          help: 'rename it',
        });
  return entries.sort((a, b) => byUtf8(a.name, b.name));
}

function list(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM'))
      fail('missing', `${dir} cannot be read`, { help: 'check its permissions' }, error);
    throw error;
  }
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
