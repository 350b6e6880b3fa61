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
  const patterns = globs.map((glob) => asCommonGlob(glob.replace(/^\.?\/+|\/+$/g, '')));
  const found = fastGlob.sync(
    patterns.flatMap((pattern) => [pattern, `${pattern}/**`]),
    {
      cwd: top,
      dot: true,
      extglob: false,
      onlyFiles: false,
      followSymbolicLinks: false,
      ignore: ['**/.git', '**/.git/**', ...owned.flatMap(literally)],
    },
  );
  return [...new Set(found)]
    .filter((path) => !owned.some((out) => isWithin(path, out)))
    .filter((path) => !lstatSync(join(top, path)).isDirectory())
    .sort(byCodeUnit) as RepoPath[];
}

/** Not even looked into: data may be millions of files. */
function literally(path: RepoPath): string[] {
  const pattern = fastGlob.escapePath(path);
  return [pattern, `${pattern}/**`];
}
