// A pull request that brings what a run made back to its branch: what merging it does, then the report.
import { code, md } from '../markdown/text.ts';
import { renderPipelineMarkdown } from './markdown.ts';
import type { PipelineView } from './types.ts';

/** `branch`: where the results go. `job`: its name, where a repository has several. */
export function renderPipelineProposal(
  view: PipelineView,
  branch: string,
  job: string,
): { readonly title: string; readonly body: string } {
  const lead = md`A run of ${code(view.at ?? branch)} made new results. Merging this records them in Git, so that nobody runs it again; closing it loses nothing. Each later run brings it up to date.
`;
  return {
    title: `Update pipeline.lock of ${branch}${job === 'mlops' ? '' : ` (${job})`}`,
    body: renderPipelineMarkdown(view, { lead }),
  };
}
