// What a run changed that Git keeps: locks, outs that lie in Git themselves, and the blocks of .gitignore that hide the others.
import type { PlannedPath } from '../../ci/commit/plan.ts';
import { pathIn, type RepoPath } from '../../core/ids.ts';
import { modifiedAmong, untrackedBelow } from '../../git/files.ts';
import type { Project } from '../../project.ts';

/** Those that differ from HEAD. */
export function changedFiles({ repo, pipeline }: Project): PlannedPath[] {
  const outs = [...pipeline.stages.values()].flatMap((stage) => stage.outs);
  const kept: PlannedPath[] = [
    ...pipeline.files.map(({ lock }): PlannedPath => ({ path: lock, kind: 'lock' })),
    ...outs.flatMap(({ git, path }): PlannedPath[] => (git ? [{ path, kind: 'out' }] : [])),
    ...pipeline.files.map(
      ({ dir }): PlannedPath => ({ path: pathIn(dir, '.gitignore') as RepoPath, kind: 'ignore' }),
    ),
  ];
  const paths = kept.map(({ path }) => path);
  if (paths.length === 0) return [];
  const changed = [...modifiedAmong(repo, paths), ...untrackedBelow(repo, paths, [])];
  return kept.filter(({ path }) => changed.some((each) => each === path || each.startsWith(`${path}/`)));
}
