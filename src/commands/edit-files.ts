// Edits of pipeline.yaml and .gitignore by commands: text in, text out, comments kept. Others may edit at the same moment,
// so what is written is made, under a short claim, from what stands there then.

import type { RepoPath } from '../core/ids.ts';
import type { PipelineFile } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { ignoreEdits, keepIgnored } from '../run/ignore-files.ts';
import { writeAtomic } from '../util/atomic-write.ts';

/** Rewrites one file and loads the pipeline again; when that fails the old text is put back. */
export function editPipeline(
  project: Project,
  file: Pick<PipelineFile, 'path'>,
  edit: (text: string) => string,
): void {
  project.editing(() => {
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
  return project.editing(() => keepIgnored(project.repo, project.pipelineNow()));
}
