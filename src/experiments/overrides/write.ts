import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Override } from '../../core/experiment.ts';
import { fail } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import { type WriteOptions, writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import { applyOverrides } from './apply.ts';

export interface ParamsEdit {
  readonly file: RepoPath;
  readonly before: string;
  readonly after: string;
}

/** What the overrides make of the params files below `top`. @throws MlopsError (missing, refused, config) */
export function planOverrides(top: string, overrides: readonly Override[]): ParamsEdit[] {
  const files = [...new Set(overrides.map(({ file }) => file))];
  return files.map((file) => {
    const before = readText(placeOf(top, file), file);
    return { file, before, after: applyOverrides(before, file, overrides) };
  });
}

/**
 * Carries the overrides out in the params files of a work tree that does not outlive the command. All are computed
 * before the first is written. @throws MlopsError (missing, refused, config) with nothing written
 */
export function writeOverrides(top: string, overrides: readonly Override[]): void {
  writeEdits(top, planOverrides(top, overrides), { durable: false });
}

export function writeEdits(top: string, edits: readonly ParamsEdit[], options: WriteOptions = {}): void {
  for (const { file, before, after } of edits) if (after !== before) writeParams(top, file, after, options);
}

/** Through links, with the mode it has. */
export function writeParams(top: string, file: RepoPath, text: string, options: WriteOptions = {}): void {
  const place = placeOf(top, file);
  writeAtomic(place, text, { ...options, mode: statSync(place).mode & 0o777 });
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
