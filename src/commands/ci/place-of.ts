// Which commit a report is of and where it leads, as the environment of a job says it: never a file that a run left.
import type { CiContext } from '../../ci/context.ts';
import { filesUrl } from '../../ci/files-url.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';

type Placed = Pick<PipelineView, 'at' | 'commit' | 'links'>;

/** `view`: where the environment does not say it, as the checkout has it. */
export function placeOf(context: CiContext, view: Placed): Placed {
  const commit = context.ranFor?.sha ?? context.head;
  return {
    at: context.branch ?? view.at,
    commit: commit ?? view.commit,
    links: { page: null, job: context.runUrl ?? null, files: filesUrl(context, commit) ?? null },
  };
}
