// An issue as long as something lasts that a person must act on: what it is in its title, what to do first, then the report.
import { link } from '../markdown/blocks.ts';
import { code, joined, type Markdown, md, oneLine, shortened } from '../markdown/text.ts';
import { type MarkdownOptions, renderPipelineMarkdown } from './markdown.ts';
import type { PipelineView, StageView } from './types.ts';
import { isDone } from './words.ts';

export type IssueAbout = 'drift' | 'gate';

export interface IssueText {
  /** One line, no Markdown. */
  readonly title: string;
  readonly body: string;
}

export function renderPipelineIssue(
  view: PipelineView,
  about: IssueAbout,
  { limit }: Pick<MarkdownOptions, 'limit'>,
): IssueText {
  const { title, lead } = about === 'drift' ? ofDrift(view) : ofGates(view);
  const body = renderPipelineMarkdown(view, { ...(limit === undefined ? {} : { limit }), lead });
  return { title: shortened(oneLine(`${title} (${view.name})`), LONGEST_TITLE), body };
}

/** GitLab takes 255 characters. */
const LONGEST_TITLE = 200;
const NAMED = 3;

interface Words {
  readonly title: string;
  readonly lead: Markdown;
}

function ofDrift(view: PipelineView): Words {
  const asking = (decision: string): StageView[] =>
    view.stages.filter((each) => isDone(each) && each.said?.advice?.decision === decision);
  const [blocking, retraining] = [asking('block'), asking('retrain')];
  const loud = blocking.length > 0 ? blocking : retraining;
  const todo =
    blocking.length > 0
      ? md`do not use what the model says of this data before somebody knows what happened to it`
      : md`find out why the data changed, retrain on data that has such rows, and let the gates judge the new model`;
  return {
    title: `Drift: ${blocking.length > 0 ? 'block' : 'retrain'}, says ${namesOf(loud)}`,
    lead: leadOf(md`${todo}. ${lookAt(view, loud)}`),
  };
}

function ofGates(view: PipelineView): Words {
  const broken = view.stages.filter((each) => isDone(each) && each.gates?.passed === false);
  return {
    title: `Gates do not hold: ${namesOf(broken)}`,
    lead: leadOf(
      md`mend what broke them, or say in ${code('pipeline.yaml')} what is good enough. ${lookAt(view, broken)}`,
    ),
  };
}

function leadOf(todo: Markdown): Markdown {
  return md`**What to do:** ${todo}

Each run brings this issue up to date; the first that has nothing to ask for closes it.
`;
}

/** What was found stands with the job, until somebody records it. */
function lookAt({ links }: PipelineView, stages: readonly StageView[]): Markdown {
  if (links.job !== null) return md`All that was found is among the files of ${link('this job', links.job)}.`;
  const commands = stages.slice(0, NAMED).map(({ stage }) => code(`mlops open ${stage}`));
  return commands.length === 0 ? md`` : md`All that was found: ${joined(commands, ', ')}.`;
}

function namesOf(stages: readonly StageView[]): string {
  const names = stages.slice(0, NAMED).map(({ stage }) => stage);
  const more = stages.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
