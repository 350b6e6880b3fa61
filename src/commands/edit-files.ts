// Edits of pipeline.yaml and .gitignore by commands: text in, text out, comments kept. Others may edit at the same moment,
// so what is written is made, under a short claim, from what stands there then.

import type { RepoPath } from '../core/ids.ts';
import type { PipelineFile } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { exclusively } from '../run/exclusively.ts';
import { ignoreEdits, keepIgnored } from '../run/ignore-files.ts';
import { writeAtomic } from '../util/atomic-write.ts';

/** While `work` runs nobody else edits. */
export function editing<T>(project: Project, work: () => T): T {
  return exclusively(project.claims.worktree, 'pipeline.yaml', work);
}

/** Rewrites one file and loads the pipeline again; when that fails the old text is put back. */
export function editPipeline(
  project: Project,
  file: Pick<PipelineFile, 'path'>,
  edit: (text: string) => string,
): void {
  editing(project, () => {
    const before = project.read(file.path);
    writeAtomic(`${project.repo.top}/${file.path}`, edit(before ?? ''));
    project.reload();
    try {
      void project.pipeline;
    } catch (error) {
      if (before !== undefined) writeAtomic(`${project.repo.top}/${file.path}`, before);
      project.reload();
      throw error;
    }
  });
}

/** Keeps outs and data out of Git, also those that another process declared since this one looked; the files it changed. */
export function hideFromGit(project: Project): RepoPath[] {
  if (ignoreEdits(project.repo, project.pipeline).length === 0) return [];
  return editing(project, () => keepIgnored(project.repo, project.pipelineNow()));
}
