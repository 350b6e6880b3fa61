// What this clone keeps out of Git without a word in the repository's files: views that anybody can draw again.
import { readFileSync } from 'node:fs';
import type { RepoPath } from '../core/ids.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';
import { ignoredAmong } from './files.ts';
import { ignorePattern } from './managed-block.ts';
import type { Repository } from './repository.ts';

/** Adds a line to info/exclude, unless some rule ignores `path` already. */
export function excludeHere(repo: Repository, path: RepoPath): void {
  if (ignoredAmong(repo, [path]).size > 0) return;
  const file = `${repo.commonDir}/info/exclude`;
  const before = orAbsent(() => readFileSync(file, 'utf8'), '');
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  writeAtomic(file, `${before}${gap}${ignorePattern(path)}\n`);
}
