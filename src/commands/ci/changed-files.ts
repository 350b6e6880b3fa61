// What a run changed that Git keeps.
import type { PlannedPath } from '../../ci/commit/plan.ts';
import { modifiedAmong, untrackedBelow } from '../../git/files.ts';
import type { Project } from '../../project.ts';
import { keptByGit } from '../../run/kept-by-git.ts';
import type { StageRuns } from './view.ts';

/** Those that differ from HEAD. */
export function changedFiles({ repo, pipeline }: Project, runs: StageRuns): PlannedPath[] {
  const done = [...runs].filter(([, { outcome }]) => outcome === 'ran' || outcome === 'restored');
  const kept = keptByGit(pipeline, new Set(done.map(([stage]) => stage)));
  const paths = kept.map(({ path }) => path);
  if (paths.length === 0) return [];
  const changed = [...modifiedAmong(repo, paths), ...untrackedBelow(repo, paths, [])];
  return kept.filter(({ path }) => changed.some((each) => each === path || each.startsWith(`${path}/`)));
}
