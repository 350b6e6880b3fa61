import type { RepoPath } from '../core/ids.ts';
import type { Outcome } from '../search/study.ts';

/** Which number of which file a search makes small or large: `metrics.json:accuracy`. */
export interface Objective {
  readonly file: RepoPath;
  readonly key: string;
}

/** @throws MlopsError (usage) */
export function parseObjective(typed: string, dir: RepoPath | ''): Objective {
  void dir;
  throw new Error(`BUG: not yet ${typed}`);
}

/** Failed when the file or the key is not there, or holds no finite number. */
export function readObjective(objective: Objective, read: (file: RepoPath) => string | undefined): Outcome {
  void objective;
  void read;
  return { kind: 'failed' };
}
