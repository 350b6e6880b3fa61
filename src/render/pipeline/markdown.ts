// The same for a comment on a pull request: short, folded where it is long, and harmless whatever names say.
import { plural } from '../../util/units.ts';
import { renderArtifactChanges } from '../data/artifacts.ts';
import { renderValueChanges } from '../data/values.ts';
import { markdownText, renderMarkdownTable } from '../table.ts';
import { PLAIN } from '../terminal.ts';
import { namedHeadlines } from './judgements.ts';
import { pointsOf } from './points.ts';
import type { PipelineView, StageView } from './types.ts';
import { adviceInWords, adviceOf, pipelineInWords, STATES } from './words.ts';

export function renderPipelineMarkdown(view: PipelineView): string {
  const sides = { was: view.against?.name ?? 'before', now: 'now' };
  const { metrics, params, data } = view.changes;
  const parts = [
    `### ${markdownText(view.name)}\n\n${markdownText(pipelineInWords(view))}\n`,
    brokenGates(view.stages),
    judged(view.stages),
    metrics.length > 0 ? `**Metrics**\n\n${renderValueChanges('metrics', metrics, sides, 'md', PLAIN)}` : '',
    params.length > 0 ? `**Params**\n\n${renderValueChanges('params', params, sides, 'md', PLAIN)}` : '',
    data.length > 0
      ? folded(`${plural(data.length, 'artifact')} changed`, renderArtifactChanges(data, 'md', PLAIN))
      : '',
    folded(plural(view.stages.length, 'stage'), stages(view.stages)),
  ];
  return parts.filter((each) => each !== '').join('\n');
}

function brokenGates(all: readonly StageView[]): string {
  const lines = all.flatMap(({ stage, gates }) =>
    (gates?.broken ?? []).map(({ text }) => `- ✖ **${markdownText(stage)}**: ${markdownText(text)}\n`),
  );
  return lines.join('');
}

function judged(all: readonly StageView[]): string {
  const rows = all
    .filter((view) => view.report !== null && says(view) !== '')
    .map((view) => [
      view.stage,
      view.action,
      view.gates === null ? '' : `${view.gates.passed ? '✔' : '✖'} ${view.gates.held}/${view.gates.total}`,
      says(view),
    ]);
  if (rows.length === 0) return '';
  return renderMarkdownTable(
    [{ title: 'judged by' }, { title: '' }, { title: 'gates' }, { title: 'what it says' }],
    rows,
  );
}

/** Its numbers; of a drift report the advice with its odds, and what it is based on. */
function says(view: StageView): string {
  const decision = adviceOf(view.report);
  const words = namedHeadlines(view.headlines);
  if (decision === undefined) return words || pointsOf(view).join(' · ');
  const odds = adviceInWords(view.report);
  return [`${decision.toUpperCase()}.`, odds, ...(words === '' ? pointsOf(view).slice(0, 2) : [`${words}.`])]
    .join(' ')
    .trim();
}

function stages(all: readonly StageView[]): string {
  return renderMarkdownTable(
    [{ title: 'stage' }, { title: '' }, { title: 'why' }],
    all.map(({ stage, state, why }) => [stage, STATES[state][1], why]),
  );
}

/** A blank line on both sides, or the table inside is no table. */
function folded(title: string, body: string): string {
  return `<details><summary>${markdownText(title)}</summary>\n\n${body}\n</details>\n`;
}
