import { fail, MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { betterWay } from '../ml/metrics/better.ts';
import type { Metric } from '../ml/metrics/table.ts';
import { resolvePath } from '../pipeline/paths.ts';
import { metricsIn } from '../run/values.ts';
import type { Outcome } from '../search/study.ts';

/** Which metric a search makes small or large, or experiments are judged by: `metrics.json:accuracy`. */
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
    return fail('usage', `"${typed}" is no metric`, {
      help: 'its file and its key, such as metrics.json:accuracy',
    });
  return 'path' in found ? { file: found.path, key } : fail('usage', `path "${typed}" ${found.problem}`);
}

const DIRECTIONS = { help: '--direction min, or --direction max' };

/** As typed after `--direction`; undefined: not at all. @throws MlopsError `usage` */
export function parseDirection(typed: string | undefined): 'max' | 'min' | undefined {
  if (typed === undefined || typed === 'max' || typed === 'min') return typed;
  return fail('usage', `--direction ${typed} is none`, DIRECTIONS);
}

/** As far as its name says. @throws MlopsError `usage` where it does not: the wrong guess would remove the best */
export function usualDirection({ key }: Objective): Metric['better'] {
  return betterWay(key) ?? askDirection(key);
}

export function askDirection(key: string): never {
  return fail('usage', `is less of ${key} better, or more?`, DIRECTIONS);
}

/** Failed when the file or the key is not there, or holds no number. `text`: of its file. */
export function readObjective({ file, key }: Objective, text: string | undefined): Outcome {
  if (text === undefined) return { kind: 'failed', why: `${file} was not written` };
  try {
    const value = metricsIn(file, text).find((each) => each.key === key)?.value;
    if (typeof value === 'number') return { kind: 'value', value };
    return { kind: 'failed', why: `${file} has no number "${key}"` };
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return { kind: 'failed', why: error.failures[0]?.message ?? `${file} cannot be read` };
  }
}
