// The same for a comment on a pull request: short, folded where it is long, and harmless whatever names say.
import { plural } from '../../util/units.ts';
import { renderArtifactChanges } from '../data/artifacts.ts';
import { renderValueChanges } from '../data/values.ts';
import { headlinesJoined } from '../run/headline.ts';
import { markdownText, renderMarkdownTable } from '../table.ts';
import { PLAIN } from '../terminal.ts';
import type { PipelineView, StageView } from './types.ts';
import { pipelineInWords, STATES } from './words.ts';

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
    .filter(({ report, headlines, lines }) => report !== null && (headlines.length > 0 || lines.length > 0))
    .map(({ stage, action, headlines, lines, gates }) => [
      stage,
      action,
      gates === null ? '' : `${gates.passed ? '✔' : '✖'} ${gates.held}/${gates.total}`,
      headlinesJoined(headlines, PLAIN.symbols) ||
        lines.map((line) => line.trim().replace(/\s{2,}/g, ' ')).join(' · '),
    ]);
  if (rows.length === 0) return '';
  return renderMarkdownTable(
    [{ title: 'judged by' }, { title: '' }, { title: 'gates' }, { title: 'what it says' }],
    rows,
  );
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
