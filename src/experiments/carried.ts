// Files that Git does not track and experiments need all the same: `exp.carry`.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import { isWithin, type RepoPath } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { ownedPaths } from '../run/data.ts';
import { byCodeUnit } from '../util/compare.ts';
import { asCommonGlob } from '../util/glob.ts';

/** Files below `top` that the globs match; a folder counts for all that is in it. Outs and data have their own ways. */
export function carriedFiles(top: string, pipeline: Pipeline, globs: readonly string[]): RepoPath[] {
  if (globs.length === 0) return [];
  const owned = [...ownedPaths(pipeline)];
  const patterns = globs.flatMap((glob) => patternsOf(top, glob.replace(/^\.?\/+|\/+$/g, '')));
  const found = fastGlob.sync(patterns, {
    cwd: top,
    dot: true,
    extglob: false,
    onlyFiles: false,
    followSymbolicLinks: false,
    ignore: ['**/.git', '**/.git/**', ...owned.flatMap(literally)],
  });
  const files = found
    .filter((path) => !owned.some((out) => isWithin(path, out)))
    .filter((path) => !lstatSync(join(top, path)).isDirectory());
  const rules = files
    .flatMap(ignoreFilesOf)
    .filter((path) => lstatSync(join(top, path), { throwIfNoEntry: false })?.isFile());
  return [...new Set([...files, ...rules])].sort(byCodeUnit) as RepoPath[];
}

/** They go along: what Git ignores here it has to ignore there, so that it is no part of the result. */
function ignoreFilesOf(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  return folders.map((_, at) => `${folders.slice(0, at + 1).join('/')}/.gitignore`);
}

/** What is called so, and all below it. A file by its name has nothing below: looking there would fail. */
function patternsOf(top: string, glob: string): string[] {
  if (lstatSync(join(top, glob), { throwIfNoEntry: false })?.isFile()) return [fastGlob.escapePath(glob)];
  const pattern = asCommonGlob(glob);
  return [pattern, `${pattern}/**`];
}

/** Not even looked into: data may be millions of files. */
function literally(path: RepoPath): string[] {
  const pattern = fastGlob.escapePath(path);
  return [pattern, `${pattern}/**`];
}
