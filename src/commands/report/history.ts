// Where metrics came from: their values at the last commits that changed a file of them, and in the workspace.
import type { CommitId, RepoPath } from '../../core/ids.ts';
import { commitsTouching } from '../../git/history.ts';
import { betterWay } from '../../ml/metrics/better.ts';
import type { Project } from '../../project.ts';
import type { MetricHistory } from '../../render/pipeline/types.ts';
import { sideOf } from '../../run/side.ts';
import { metricsAt, metricsFiles, type Unreadable, type Value } from '../../run/values.ts';

/** Commits that are looked at, however many files of metrics there are. */
const COMMITS = 20;
/** A page of more is read by nobody. */
const METRICS = 100;

export function metricHistory(
  { repo, pipeline, workspace }: Project,
  unreadable: Unreadable,
): MetricHistory[] {
  const files = metricsFiles(pipeline);
  const now = metricsAt(sideOf(repo, undefined), files, workspace.store, unreadable);
  const sides = commitsTouching(repo, files, COMMITS)
    .reverse()
    .map((commit) => ({ at: commit.slice(0, 7), values: valuesAt(commit) }));
  return now
    .filter(({ value }) => typeof value === 'number')
    .slice(0, METRICS)
    .map(({ file, key, value }) => ({
      file,
      key,
      better: betterWay(key) ?? null,
      points: distinct([
        ...sides.flatMap(({ at, values }) => {
          const found = values.get(idOf(file, key));
          return found === undefined ? [] : [{ at, value: found }];
        }),
        { at: 'now', value: value as number },
      ]),
    }));

  function valuesAt(commit: CommitId): ReadonlyMap<string, number> {
    const values = metricsAt(sideOf(repo, commit), files, workspace.store, () => {});
    return new Map(
      values.flatMap(({ file, key, value }: Value) =>
        typeof value === 'number' ? [[idOf(file, key), value] as const] : [],
      ),
    );
  }
}

function idOf(file: RepoPath, key: string): string {
  return `${file}\0${key}`;
}

/** A commit that left the value as it was says nothing; what is now is always said. */
function distinct(points: MetricHistory['points']): MetricHistory['points'] {
  return points.filter(
    ({ value }, at) => at === 0 || at === points.length - 1 || value !== points[at - 1]!.value,
  );
}
