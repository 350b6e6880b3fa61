// `ci.json`: what `mlops ci run` leaves for `mlops ci post`, and for programs.
//
//   {"schema": "mlops.ci/1", "tool": "0.1.0", "state": "done", "exit": "gate", "context": {…}, "lock": […], "view": {…}}
import type { PlannedPath } from '../../ci/commit/plan.ts';
import type { CiContext } from '../../ci/context.ts';
import type { ExitName } from '../../core/failure.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';

export interface CiRecord {
  readonly schema: 'mlops.ci/1';
  readonly tool: string;
  /** `running` in a file that stays behind: the job was killed. */
  readonly state: 'running' | 'done' | 'cancelled' | 'refused';
  /** What the run itself ended with, whatever `--fail-on` makes of it. */
  readonly exit: ExitName;
  readonly context: CiContext;
  /** Locks and outs kept by Git that differ from HEAD now. */
  readonly lock: readonly PlannedPath[];
  readonly view: PipelineView;
}
