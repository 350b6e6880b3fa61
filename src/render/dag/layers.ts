// Which column each node stands in, and in which order: the layered drawing of Sugiyama, Tagawa and Toda (1981).
// A column is the longest path from a source; an edge over several columns gets a bend in each; bends and nodes are
// then sorted by the mean place of their neighbours, back and forth, which removes most crossings.
import type { Edge, Graph, Node } from './graph.ts';

/** A node, or a bend of the edge it belongs to. */
export interface Slot {
  readonly id: string;
  readonly node?: Node;
  /** Folder in whose lane it stands. */
  readonly folder: string;
}

export interface Layered {
  readonly layers: readonly (readonly Slot[])[];
  /** Each edge as the slots it passes, ends included. */
  readonly routes: readonly (readonly string[])[];
}

const SWEEPS = 8;

export function layered(graph: Graph): Layered {
  const depth = depths(graph);
  const layers: Slot[][] = [];
  const put = (slot: Slot, at: number): void => {
    while (layers.length <= at) layers.push([]);
    layers[at]!.push(slot);
  };
  for (const node of graph.nodes) put({ id: node.id, node, folder: node.folder }, depth.get(node.id)!);
  const folders = new Map(graph.nodes.map((node) => [node.id, node.folder]));
  const routes = graph.edges.map((edge, number) => {
    const bends: string[] = [];
    for (let at = depth.get(edge.from)! + 1; at < depth.get(edge.to)!; at++) {
      const id = `\0${number}/${at}`;
      put({ id, folder: folders.get(edge.to)! }, at);
      bends.push(id);
    }
    return [edge.from, ...bends, edge.to];
  });
  return { layers: ordered(layers, routes), routes };
}

/** Longest path from a source; a source stands just left of its nearest reader, so that its edge is short. */
function depths({ nodes, edges }: Graph): Map<string, number> {
  const depth = new Map<string, number>();
  const before = neighbours(edges, 'to', 'from');
  const visit = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const own = Math.max(-1, ...(before.get(id) ?? []).map(visit)) + 1;
    depth.set(id, own);
    return own;
  };
  for (const { id } of nodes) visit(id);
  const after = neighbours(edges, 'from', 'to');
  for (const { id } of nodes) {
    const readers = after.get(id) ?? [];
    if (!before.has(id) && readers.length > 0)
      depth.set(id, Math.min(...readers.map((reader) => depth.get(reader)!)) - 1);
  }
  return depth;
}

function neighbours(edges: readonly Edge[], key: 'from' | 'to', value: 'from' | 'to'): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const edge of edges) map.set(edge[key], [...(map.get(edge[key]) ?? []), edge[value]]);
  return map;
}

function ordered(layers: readonly Slot[][], routes: readonly (readonly string[])[]): Slot[][] {
  const links = routes.flatMap((route) => route.slice(1).map((to, at): Edge => ({ from: route[at]!, to })));
  const left = neighbours(links, 'to', 'from');
  const right = neighbours(links, 'from', 'to');
  let current = layers.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const toTheRight = sweep % 2 === 0;
    const place = new Map(current.flatMap((layer) => layer.map((slot, at) => [slot.id, at / layer.length])));
    const columns = toTheRight ? [...current.keys()] : [...current.keys()].reverse();
    const next = [...current];
    for (const at of columns) {
      next[at] = byMean(current[at]!, toTheRight ? left : right, place);
      next[at]!.forEach((slot, row) => void place.set(slot.id, row / next[at]!.length));
    }
    current = next;
  }
  return current;
}

/** Stable: slots without neighbours on that side stay where they are. */
function byMean(
  layer: readonly Slot[],
  side: ReadonlyMap<string, readonly string[]>,
  place: ReadonlyMap<string, number>,
): Slot[] {
  const mean = new Map(
    layer.map(({ id }) => {
      const around = side.get(id) ?? [];
      const sum = around.reduce((total, each) => total + place.get(each)!, 0);
      return [id, around.length === 0 ? place.get(id)! : sum / around.length];
    }),
  );
  return [...layer].sort((a, b) => mean.get(a.id)! - mean.get(b.id)!);
}
