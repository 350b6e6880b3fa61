// Edits of pipeline.yaml by commands: text in, text out, comments kept; written only when the result still loads.

import type { PipelineFile } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { writeAtomic } from '../util/atomic-write.ts';

/** Rewrites one file and loads the pipeline again; when that fails the old text is put back. */
export function editPipeline(
  project: Project,
  file: Pick<PipelineFile, 'path'>,
  edit: (text: string) => string,
): void {
  project.editing(() => rewrite(project, file, edit));
}

function rewrite(project: Project, file: Pick<PipelineFile, 'path'>, edit: (text: string) => string): void {
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
}
