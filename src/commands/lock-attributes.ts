// What `.gitattributes` says of pipeline.lock: one byte form on every platform, and the merge that knows its stages.
import { readFileSync } from 'node:fs';
import { withManagedBlock } from '../git/managed-block.ts';
import type { Repository } from '../git/repository.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

export const LOCK_ATTRIBUTES = 'pipeline.lock text eol=lf merge=mlops';

/** Returns the files that it changed. */
export function writeLockAttributes(repo: Repository): string[] {
  const path = `${repo.top}/.gitattributes`;
  const before = orAbsent(() => readFileSync(path, 'utf8'), '');
  const after = withManagedBlock(before, [LOCK_ATTRIBUTES]);
  if (after === before) return [];
  writeAtomic(path, after);
  return ['.gitattributes'];
}
