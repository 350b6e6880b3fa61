import { pathIn, type RepoPath, type StageName } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';

/** A file or folder in the workspace that a run may change and Git keeps. */
export interface KeptPath {
  readonly path: RepoPath;
  readonly kind: 'lock' | 'out' | 'ignore';
}

/** What a run in which `stages` ran or were restored may have changed, and nothing that a stage merely wrote to. */
export function keptByGit(pipeline: Pipeline, stages: ReadonlySet<StageName>): KeptPath[] {
  const files = pipeline.files.flatMap(({ dir, lock }): KeptPath[] => [
    { path: lock, kind: 'lock' },
    { path: pathIn(dir, '.gitignore') as RepoPath, kind: 'ignore' },
  ]);
  const outs = [...stages]
    .flatMap((name) => pipeline.stages.get(name)?.outs ?? [])
    .filter((out) => out.git)
    .map(({ path }): KeptPath => ({ path, kind: 'out' }));
  return [...files, ...outs];
}
