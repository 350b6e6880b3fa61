// `ci.json`: what `mlops ci run` leaves for `mlops ci post`, and for programs.
//
//   {"schema": "mlops.ci/1", "tool": "0.1.0", "state": "done", "exit": "gate", "context": {…}, "lock": […], "view": {…}}
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CiContext } from '../../ci/context.ts';
import { type ExitName, fail } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';
import { orAbsent } from '../../util/errno.ts';

export interface CiRecord {
  readonly schema: 'mlops.ci/1';
  readonly tool: string;
  /** `running` in a file that stays behind: the job was killed. */
  readonly state: 'running' | 'done' | 'cancelled' | 'refused';
  /** What the run itself ended with, whatever `--fail-on` makes of it. */
  readonly exit: ExitName;
  readonly context: CiContext;
  /** Locks and outs kept by Git that differ from HEAD now. */
  readonly lock: readonly RepoPath[];
  readonly view: PipelineView;
}

/** @throws MlopsError `missing` where no run left one, `config` where it is damaged */
export function readRecord(dir: string): CiRecord {
  const file = join(dir, 'ci.json');
  const text = orAbsent(() => readFileSync(file, 'utf8'), undefined);
  if (text === undefined)
    fail('missing', `there is no report in ${dir}`, {
      help: 'mlops ci run makes one; --from names its folder',
    });
  try {
    return JSON.parse(text) as CiRecord;
  } catch (error) {
    fail('config', `${file} is no report`, {}, error);
  }
}
