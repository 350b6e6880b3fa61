// Every metric with what it was, for steps that follow: also those that did not change.
import type { CommitId } from '../../core/ids.ts';
import type { Project } from '../../project.ts';
import { sideOf } from '../../run/side.ts';
import { compareValues, judged, metricsAt, metricsFiles, type ValueChange } from '../../run/values.ts';

/** What cannot be read is left out: the report says so. */
export function allMetrics(project: Project, baseline: CommitId | undefined): readonly ValueChange[] {
  const { repo, pipeline, workspace } = project;
  const files = metricsFiles(pipeline);
  const at = (commit: CommitId | undefined) =>
    metricsAt(sideOf(repo, commit), files, workspace.store, () => {});
  return judged(compareValues(baseline ? at(baseline) : [], at(undefined), true));
}
