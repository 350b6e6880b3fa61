// A pull request that brings what a run made back to its branch: what merging it does, then the report.
import { code, md } from '../markdown/text.ts';
import { renderPipelineMarkdown } from './markdown.ts';
import type { PipelineView } from './types.ts';

/** `branch`: where the results go. */
/** `name`: of the job, where a repository has several. */
export function renderPipelineProposal(
  view: PipelineView,
  branch: string,
  name: string,
): { title: string; body: string } {
  const at = view.commit === null ? md`` : md` at ${code(view.commit.slice(0, 7))}`;
  const lead = md`A run of ${code(branch)}${at} made new results. Merging this records them in Git, so that nobody runs it again; closing it loses nothing. Each later run brings it up to date.
`;
  const of = name === 'mlops' ? '' : ` (${name})`;
  return { title: `Update pipeline.lock of ${branch}${of}`, body: renderPipelineMarkdown(view, { lead }) };
}
