import type { Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';

/** Whether the run made exactly the outs that the stage declares: equal keys say so, unless someone wrote the entry by hand. */
export function fitsStage(entry: RunEntry, stage: Stage): boolean {
  const made = Object.keys(entry.outs);
  return made.length === stage.outs.length && stage.outs.every((out) => Object.hasOwn(entry.outs, out.path));
}
