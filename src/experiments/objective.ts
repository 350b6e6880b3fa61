import { fail, MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject } from '../core/json.ts';
import { paramAt, readData } from '../pipeline/params.ts';
import { resolvePath } from '../pipeline/paths.ts';
import type { Outcome } from '../search/study.ts';

/** Which number of which file a search makes small or large: `metrics.json:accuracy`. */
export interface Objective {
  readonly file: RepoPath;
  /** Dotted where it is nested. */
  readonly key: string;
}

/** `dir`: where it was typed. @throws MlopsError (usage) */
export function parseObjective(typed: string, dir: RepoPath | ''): Objective {
  const colon = typed.indexOf(':');
  const key = typed.slice(colon + 1).trim();
  const found = resolvePath(dir, typed.slice(0, Math.max(0, colon)));
  if (colon < 1 || key === '')
    return fail('usage', `"${typed}" names no number of a file`, { help: 'write metrics.json:accuracy' });
  return 'path' in found ? { file: found.path, key } : fail('usage', `path "${typed}" ${found.problem}`);
}

/** Failed when the file or the key is not there, or holds no number. */
export function readObjective(
  { file, key }: Objective,
  read: (file: RepoPath) => string | undefined,
): Outcome {
  const text = read(file);
  if (text === undefined) return { kind: 'failed', why: `${file} was not written` };
  try {
    const data = readData(file, text);
    const value = isJsonObject(data) ? paramAt(data, key) : undefined;
    if (typeof value === 'number') return { kind: 'value', value };
    return { kind: 'failed', why: `${file} has no ${value === undefined ? '' : 'number '}"${key}"` };
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return { kind: 'failed', why: error.failures[0]?.message ?? `${file} cannot be read` };
  }
}
