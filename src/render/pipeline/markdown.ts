// The same for a comment on a pull request: the verdict, then what a reviewer needs in the order of need; folded where it is
// long, short where nothing happened, within what a host takes, and harmless whatever names say.
import { fitted, type Part } from '../markdown/fit.ts';
import { joined, type Markdown } from '../markdown/text.ts';
import { dataPart, imagesPart, paramsPart } from './comment/changes.ts';
import { contextPart, footPart, leftOutPart, verdictPart } from './comment/head.ts';
import { advicePart, judgedPart, metricsPart, slicesPart } from './comment/metrics.ts';
import { graphPart, stagesPart } from './comment/stages.ts';
import { failuresPart, gateNotesPart, gatesPart, notesPart } from './comment/trouble.ts';
import type { PipelineView } from './types.ts';

export interface MarkdownOptions {
  /** In bytes of UTF-8, at least 4096. GitHub takes 65,536 characters in a comment, 1 MiB in the summary of a step. */
  readonly limit?: number;
  /** What stands before all, as an issue needs it. */
  readonly lead?: Markdown;
}

const COMMENT = 65_536;
const LEAST = 4096;

/** Ends with a line end. */
export function renderPipelineMarkdown(
  view: PipelineView,
  { limit = COMMENT, lead }: MarkdownOptions = {},
): string {
  if (limit < LEAST) throw new Error(`BUG: no report fits in ${limit} bytes`);
  const head = joined([verdictPart(view), ...(lead ? [lead] : []), contextPart(view)], '\n');
  return fitted(head, partsOf(view), limit, (names) => leftOutPart(view, names)).text;
}

/** As they are read; the higher number stays longer. */
function partsOf(view: PipelineView): Part[] {
  const part = (name: string, importance: number, draw: typeof gatesPart): Part => ({
    name,
    importance,
    draw: (rows) => draw(view, rows),
  });
  return [
    part('failures', 12, failuresPart),
    part('broken gates', 13, gatesPart),
    part('notes', 10, notesPart),
    part('drift', 7, advicePart),
    part('metrics', 9, metricsPart),
    part('notes of gates', 5, gateNotesPart),
    part('slices', 8, slicesPart),
    part('params', 6, paramsPart),
    part('data', 5, dataPart),
    part('judgements', 4, judgedPart),
    part('plots', 2, imagesPart),
    part('stages', 3, stagesPart),
    part('graph', 1, graphPart),
    part('links', 11, footPart),
  ];
}
