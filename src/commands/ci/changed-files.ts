// What a run changed that Git keeps: locks, and outs that lie in Git themselves.
import type { RepoPath } from '../../core/ids.ts';
import { modifiedAmong, untrackedBelow } from '../../git/files.ts';
import type { Project } from '../../project.ts';
import { byCodeUnit } from '../../util/compare.ts';

/** Against HEAD; sorted. */
export function changedFiles({ repo, pipeline }: Project): RepoPath[] {
  const outs = [...pipeline.stages.values()].flatMap((stage) =>
    stage.outs.flatMap((out) => (out.git ? [out.path] : [])),
  );
  const paths = [...pipeline.files.map(({ lock }) => lock), ...outs];
  if (paths.length === 0) return [];
  return [...new Set([...modifiedAmong(repo, paths), ...untrackedBelow(repo, paths, [])])].sort(byCodeUnit);
}
