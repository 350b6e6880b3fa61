// What would be a burden in Git for ever, said while it can still be helped.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { untrackedBelow } from '../git/files.ts';
import type { RunContext } from '../run/context.ts';
import { ownedPaths } from '../run/data.ts';
import { formatBytes } from '../util/units.ts';

const BIG = 10 << 20;

/** Untracked files that an experiment in the workspace takes along. */
export function warnOfBigFiles({ pipeline, repo, report }: RunContext): void {
  for (const path of untrackedBelow(repo, [''], [...ownedPaths(pipeline)])) {
    const bytes = lstatSync(join(repo.top, path), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > BIG)
      report({
        kind: 'warning',
        text: `${path} (${formatBytes(bytes)}) is not tracked, and becomes part of the experiment's commit`,
        help: `mlops add ${path}, or name it in .gitignore`,
      });
  }
}
