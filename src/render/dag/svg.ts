// The graph as a picture that stands alone: colours for light and dark, words for those who cannot see it.

import { plural } from '../../util/units.ts';
import { CHART_CSS, COLOR_CSS } from '../chart/style.ts';
import { h, type Markup, raw } from '../markup.ts';
import { truncate } from '../text-width.ts';
import { type Graph, nodeText } from './graph.ts';
import { type Box, NODE_HEIGHT, type Placed, type Point, place } from './place.ts';

/** For a page that holds the picture. */
export const DAG_CSS = `.dag{font:12.5px system-ui,sans-serif;background:var(--paper)}.dag text{fill:var(--ink)}
.stage{fill:var(--card);stroke:var(--cur);stroke-width:1.5}.data{fill:var(--wash);stroke:var(--ref);stroke-width:1.5}
.frozen{stroke-dasharray:4 3}.dag .sub{fill:var(--soft);font-size:10px}.edge{fill:none;stroke:var(--ref);stroke-width:1.5}
.tip{fill:var(--ref)}.lane{fill:var(--wash);fill-opacity:.6;stroke:var(--line)}.dag .lane-name{fill:var(--soft);font-size:11px}`;

/** A file that stands alone. */
export function renderDagSvg(graph: Graph): string {
  return `${dagPicture(graph, { style: h('style', {}, raw(COLOR_CSS + CHART_CSS + DAG_CSS)) }).text}\n`;
}

interface DagLook {
  /** For a picture that stands alone. */
  readonly style?: Markup;
  /** Stage → what is written under its name beside its action. */
  readonly states?: ReadonlyMap<string, string>;
}

/** The picture in a page whose style sheet has `DAG_CSS`. */
export function dagPicture(graph: Graph, { style, states }: DagLook = {}): Markup {
  if (graph.nodes.length === 0) return h('svg', { xmlns: 'http://www.w3.org/2000/svg', width: 1, height: 1 });
  const drawing = place(graph);
  const stages = graph.nodes.filter(({ kind }) => kind === 'stage').length;
  const title = `pipeline of ${plural(stages, 'stage')}`;
  return h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${Math.ceil(drawing.width)} ${Math.ceil(drawing.height)}`,
      width: Math.ceil(drawing.width),
      height: Math.ceil(drawing.height),
      class: 'dag',
      role: 'img',
      'aria-label': title,
    },
    h('title', {}, title),
    h('desc', {}, graph.edges.map(({ from, to }) => `${from} → ${to}`).join(', ')),
    style,
    drawing.boxes.map(lane),
    drawing.edges.map(edge),
    drawing.nodes.map((placed) => nodeShape(placed, states?.get(placed.node.id) ?? '')),
  );
}

function lane(box: Box): Markup[] {
  return [
    h('rect', { class: 'lane', x: box.x, y: box.y, width: box.width, height: box.height, rx: 8 }),
    h('text', { class: 'lane-name', x: box.x + 10, y: box.y + 16 }, `${box.name}/`),
  ];
}

function nodeShape({ node, x, y, width }: Placed, state: string): Markup[] {
  const middle = x + width / 2;
  const action = node.kind === 'data' || node.action === 'cmd' ? '' : node.action;
  const sub = state || action;
  const frame = { x, y, width, height: NODE_HEIGHT, rx: node.kind === 'data' ? NODE_HEIGHT / 2 : 6 };
  const text = truncate(nodeText(node), 30);
  return [
    ...(node.count > 1 ? [h('rect', { ...frame, x: x + 4, y: y - 4, class: 'stage' })] : []),
    h(
      'rect',
      { ...frame, class: `${node.kind}${node.frozen ? ' frozen' : ''}` },
      h('title', {}, node.frozen ? `${node.id} (frozen)` : node.id + (state ? ` (${state})` : '')),
    ),
    h('text', { x: middle, y: y + (sub ? 16 : 22.5), 'text-anchor': 'middle' }, text),
    ...(sub ? [h('text', { class: 'sub', x: middle, y: y + 29, 'text-anchor': 'middle' }, sub)] : []),
  ];
}

const TIP = 7;

/** Level where it passes a column, an S between columns, a tip at its end. */
function edge(points: readonly Point[]): Markup[] {
  const end = points.at(-1)!;
  const path = points.map(({ x, y }, at) => {
    if (at === 0) return `M${x} ${y}`;
    const from = points[at - 1]!;
    const toX = at === points.length - 1 ? x - TIP : x;
    if (at % 2 === 0) return `L${toX} ${y}`;
    const middle = (from.x + toX) / 2;
    return `C${middle} ${from.y} ${middle} ${y} ${toX} ${y}`;
  });
  return [
    h('path', { class: 'edge', d: path.join('') }),
    h('path', { class: 'tip', d: `M${end.x} ${end.y}l${-TIP - 1} -4v8z` }),
  ];
}
