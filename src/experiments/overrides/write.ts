import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Override } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import { applyOverrides } from './apply.ts';

/**
 * Carries the overrides out in the params files below `top`. All are computed before the first is written.
 * @throws MlopsError (missing, refused, config) with nothing written
 */
export function writeOverrides(top: string, overrides: readonly Override[]): void {
  const files = [...new Set(overrides.map(({ file }) => file))];
  const edits = files.map((file) => {
    const place = placeOf(top, file);
    const before = readText(place, file);
    return { place, before, after: applyOverrides(before, file, overrides) };
  });
  for (const { place, before, after } of edits)
    if (after !== before) writeAtomic(place, after, { mode: statSync(place).mode & 0o777 });
}

/** A link stays one. It must not lead out: in an experiment's worktree, that may be the user's own file. */
function placeOf(top: string, file: RepoPath): string {
  const place = orAbsent(() => realpathSync(join(top, file)), undefined);
  if (place === undefined) return fail('missing', `${file} is not there`, { where: { file } });
  if (place.startsWith(realpathSync(top) + sep)) return place;
  return fail('refused', `${file} is a link that leads outside the repository`, { where: { file } });
}

function readText(place: string, file: RepoPath): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(place));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return fail('config', `${file} is not UTF-8 text`, { where: { file } }, error);
  }
}
