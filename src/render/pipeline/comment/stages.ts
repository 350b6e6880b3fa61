// What became of each stage and why, and how they hang together: folded, for who asks.
import { formatMs, plural } from '../../../util/units.ts';
import { mermaidOf } from '../../dag/mermaid.ts';
import { fence, folded, paragraph } from '../../markdown/blocks.ts';
import { someRows } from '../../markdown/fit.ts';
import { code, type Inline, joined, type Markdown, md, oneLine, shortened } from '../../markdown/text.ts';
import type { PipelineView, StageView } from '../types.ts';
import { outcomesInWords, stateOf } from '../words.ts';
import { some } from './trouble.ts';

/** Those that stayed as they were are named, not told. Nothing where all did. */
export function stagesPart(view: PipelineView, rows: number): Markdown | undefined {
  const { stages } = view;
  const still = stages.filter(stayed);
  const told = stages.filter((each) => !stayed(each));
  if (told.length === 0) return undefined;
  const counted = outcomesInWords(stages);
  const title = `${plural(stages.length, 'stage')}${counted === '' ? '' : `: ${counted}`}`;
  const columns = [{ title: 'stage' }, { title: 'what' }, { title: 'why' }];
  const parts = [
    someRows(columns, told.map(row), rows),
    ...(still.length === 0
      ? []
      : [
          paragraph(
            md`${view.run ? 'Stayed as they were' : 'Up to date'}: ${some(
              still.map(({ stage }) => code(stage)),
              rows,
            )}`,
          ),
        ]),
  ];
  return folded(title, joined(parts, '\n'));
}

/** What was brought up to date elsewhere is fresh, and differs all the same. */
function stayed({ run, state }: StageView): boolean {
  const how = run?.outcome ?? state;
  return (how === 'fresh' || how === 'frozen') && (run?.why ?? '') === '';
}

function row(view: StageView): Inline[] {
  const { stage, run, why } = view;
  const [, words] = stateOf(view);
  const took = run && run.ms > 0 ? ` ${formatMs(run.ms)}` : '';
  const saved = run && run.savedMs > 0 ? `, ${formatMs(run.savedMs)} saved` : '';
  return [code(stage, 40), `${words}${took}${saved}`, run?.why || why];
}

const FEWEST = 3;
const MOST = 30;
/** In characters. */
const LABEL = 40;

/** Only where something happened, and the picture can be read. GitHub and GitLab draw it. */
export function graphPart(view: PipelineView): Markdown | undefined {
  const { graph, stages } = view;
  if (stages.every(stayed) || graph.nodes.length < FEWEST || graph.nodes.length > MOST) return undefined;
  const nodes = graph.nodes.map((each) => ({
    ...each,
    label: shortened(oneLine(each.label), LABEL),
    folder: shortened(oneLine(each.folder), LABEL),
  }));
  const known = new Set(graph.nodes.map(({ id }) => id));
  const edges = graph.edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const states = new Map(stages.map((each) => [each.stage, stateOf(each)]));
  return folded('Graph', fence('mermaid', mermaidOf({ nodes, edges }, states)));
}
