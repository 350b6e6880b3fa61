// Which commit a report is of and where it leads, as the environment of a job says it: never a file that a run left.

import type { CiContext } from '../../ci/context.ts';
import { filesUrl } from '../../ci/files-url.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';

export function placeOf(context: CiContext): Pick<PipelineView, 'commit' | 'links'> {
  const commit = context.ranFor?.sha ?? context.head;
  return {
    commit: commit ?? null,
    links: { page: null, job: context.runUrl ?? null, files: filesUrl(context, commit) ?? null },
  };
}
