// What a job measured, with what it was before, for steps that follow: also what did not change.
import type { CommitId } from '../../core/ids.ts';
import type { Project } from '../../project.ts';
import { sideOf } from '../../run/side.ts';
import {
  compareValues,
  judged,
  metricsAt,
  metricsFiles,
  type Value,
  type ValueChange,
} from '../../run/values.ts';

/** Numbers on the top level of metrics files and of reports. What cannot be read is left out: the report says so. */
export function allMetrics(project: Project, baseline: CommitId | undefined): readonly ValueChange[] {
  const { repo, pipeline, workspace } = project;
  const files = metricsFiles(pipeline);
  const at = (commit: CommitId | undefined) =>
    metricsAt(sideOf(repo, commit), files, workspace.store, () => {}, NESTED).filter(isOnTop);
  return judged(compareValues(baseline ? at(baseline) : [], at(undefined), true));
}

/** Stands between the keys of maps in maps, where a key may hold a dot of its own. */
const NESTED = '\0';

function isOnTop({ key }: Value): boolean {
  return !key.includes(NESTED);
}

/** In bytes as JSON: a step that is handed it by a variable takes 128 KiB (Linux, MAX_ARG_STRLEN). */
const MOST = 64 * 1024;

/** As many of the first as steps that follow can be handed. */
export function fewMetrics(all: readonly ValueChange[]): readonly ValueChange[] {
  let bytes = 2;
  const end = all.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(each)) + 1;
    return bytes > MOST;
  });
  return end < 0 ? all : all.slice(0, end);
}
