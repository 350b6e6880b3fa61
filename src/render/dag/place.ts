// Coordinates for a layered graph. Every folder has a lane of its own across all columns, so that the boxes of nested
// workflows hold their own stages and nothing else.
import { pathIn } from '../../core/ids.ts';
import { textWidth } from '../text-width.ts';
import { type Folder, folderTree } from './folders.ts';
import { type Graph, type Node, nodeText } from './graph.ts';
import { layered, type Slot } from './layers.ts';

export interface Placed {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
export interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly boxes: readonly Box[];
  /** Each edge as pairs of points: it runs level through a pair and bends between pairs. */
  readonly edges: readonly (readonly Point[])[];
}

export const NODE_HEIGHT = 36;
const ROW = 52;
const GAP = 56;
const MARGIN = 16;
const LANE_TOP = 26;
const LANE_BOTTOM = 10;

export function place(graph: Graph): Drawing {
  const { layers, routes } = layered(graph);
  const widths = layers.map((layer) => Math.max(...layer.map(({ node }) => (node ? nodeWidth(node) : 0))));
  const lefts = widths.map((_, at) => widths.slice(0, at).reduce((sum, width) => sum + width + GAP, MARGIN));
  const right = lefts.at(-1)! + widths.at(-1)! + MARGIN;
  const rows = new Map<string, number>();
  const boxes: Box[] = [];

  const lay = (folder: Folder, path: string, top: number, inset: number): number => {
    const own = layers.map((layer) => layer.filter((slot) => slot.folder === path));
    const tallest = Math.max(0, ...own.map((slots) => slots.length));
    for (const slots of own) spread(slots, tallest, top, rows);
    let y = top + tallest * ROW;
    for (const child of folder.children) {
      const childPath = pathIn(path, child.name);
      const end = lay(child, childPath, y + LANE_TOP, inset + 8) + LANE_BOTTOM;
      boxes.push({ name: child.name, x: inset, y: y + 2, width: right - 2 * inset, height: end - y - 2 });
      y = end + 6;
    }
    return y;
  };
  const bottom = lay(folderTree(graph.nodes), '', MARGIN, 4);

  const column = new Map(layers.flatMap((layer, at) => layer.map((slot) => [slot.id, at])));
  const nodes = layers.flatMap((layer, at) =>
    layer.flatMap(({ id, node }) =>
      node ? [{ node, x: lefts[at]!, y: rows.get(id)!, width: widths[at]! }] : [],
    ),
  );
  const edges = routes.map((route) =>
    route.flatMap((id, at) => {
      const [x, width, y] = [
        lefts[column.get(id)!]!,
        widths[column.get(id)!]!,
        rows.get(id)! + NODE_HEIGHT / 2,
      ];
      const enter = { x, y };
      const leave = { x: x + width, y };
      return at === 0 ? [leave] : at === route.length - 1 ? [enter] : [enter, leave];
    }),
  );
  return {
    width: Math.max(right, 2 * MARGIN),
    height: bottom + MARGIN - 8,
    nodes,
    boxes: boxes.reverse(),
    edges,
  };
}

/** A column with fewer slots than the tallest is centred against it. */
function spread(slots: readonly Slot[], tallest: number, top: number, rows: Map<string, number>): void {
  const start = top + ((tallest - slots.length) * ROW) / 2;
  slots.forEach((slot, at) => void rows.set(slot.id, start + at * ROW + (ROW - NODE_HEIGHT) / 2));
}

/** 7.2 px a cell at 12.5 px system-ui, measured over mixed names; the action stands below in smaller type. */
function nodeWidth(node: Node): number {
  return Math.min(240, Math.max(72, textWidth(nodeText(node)) * 7.2 + 26));
}
