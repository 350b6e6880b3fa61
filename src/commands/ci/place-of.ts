// What a report is of and where it leads, as the environment of a job says it: never a file that a run left.
import type { CiContext } from '../../ci/context.ts';
import { filesUrl } from '../../ci/files-url.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';
import { headInWords } from './head-words.ts';

/** `at`: null where the commit is not known. */
export function placeOf(context: CiContext): Pick<PipelineView, 'at' | 'links'> {
  const files = filesUrl(context, context.ranFor?.sha ?? context.head) ?? null;
  return {
    at: headInWords(context) ?? null,
    links: { page: null, job: context.runUrl ?? null, files },
  };
}
