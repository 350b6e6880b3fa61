// The graph in a terminal: each stage that nothing needs is a root, below it what it needs.
//
//   judge  evaluate
//   ├─ train
//   │  └─ prepare
//   │     └─ data/raw
//   └─ prepare  (above)
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';
import { type Graph, type Node, nodeText } from './graph.ts';

export function renderTree(graph: Graph, style: Style): string {
  const sources = new Map<string, Node[]>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const needed = new Set<string>();
  for (const { from, to } of graph.edges) {
    sources.set(to, [...(sources.get(to) ?? []), byId.get(from)!]);
    needed.add(from);
  }
  const shown = new Set<string>();
  const lines: string[] = [];
  const visit = (node: Node, first: string, rest: string): void => {
    const below = sources.get(node.id) ?? [];
    const again = shown.has(node.id) && below.length > 0;
    lines.push(first + wordsOf(node, again, style));
    if (again) return;
    shown.add(node.id);
    below.forEach((source, at) => {
      const last = at === below.length - 1;
      const { tee, elbow, bar } = style.symbols;
      visit(source, `${rest}${last ? elbow : tee} `, `${rest}${last ? ' ' : bar}  `);
    });
  };
  for (const node of graph.nodes) if (!needed.has(node.id)) visit(node, '', '');
  return lines.map((line) => `${line}\n`).join('');
}

function wordsOf(node: Node, again: boolean, { color }: Style): string {
  const folder = node.folder === '' || node.kind === 'data' ? '' : `${visible(node.folder)}:`;
  const name =
    node.kind === 'data' ? color.cyan(visible(node.id)) : color.bold(folder + visible(nodeText(node)));
  const notes = [
    node.action === 'cmd' ? '' : visible(node.action),
    node.frozen ? 'frozen' : '',
    again ? '(above)' : '',
  ].filter((note) => note !== '');
  return notes.length === 0 ? name : `${name}  ${color.dim(notes.join(' '))}`;
}
