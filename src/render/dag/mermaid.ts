// The graph as Mermaid, which GitHub and GitLab draw inside Markdown.

import { visible } from '../text-width.ts';
import { type Folder, folderTree } from './folders.ts';
import { type Graph, type Node, nodeText } from './graph.ts';

export function renderMermaid(graph: Graph): string {
  return mermaidOf(graph, new Map());
}

/** State of a node, as `pass` or `fail`, and in words. */
type States = ReadonlyMap<string, readonly [status: string, words: string]>;

/** Legible on a light and on a dark page: only what must be seen has a colour of its own. */
const CLASSES: { readonly [status: string]: string } = {
  fail: 'fill:#cf222e,stroke:#cf222e,color:#ffffff',
  warn: 'fill:#9a6700,stroke:#9a6700,color:#ffffff',
};

/** `states`: by the id of a node; one without is drawn plain. */
export function mermaidOf(graph: Graph, states: States): string {
  const ids = new Map(graph.nodes.map((node, at) => [node.id, `n${at}`]));
  const lines = ['flowchart LR'];
  let boxes = 0;
  const visit = (folder: Folder, indent: string): void => {
    for (const node of folder.nodes)
      lines.push(`${indent}${ids.get(node.id)}${shape(node, states.get(node.id)?.[1])}`);
    for (const child of folder.children) {
      lines.push(`${indent}subgraph f${boxes++}["${mermaidText(child.name)}"]`);
      visit(child, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  visit(folderTree(graph.nodes), '  ');
  for (const { from, to } of graph.edges) lines.push(`  ${ids.get(from)} --> ${ids.get(to)}`);
  for (const [status, style] of Object.entries(CLASSES)) {
    const of = graph.nodes.filter(({ id }) => states.get(id)?.[0] === status).map(({ id }) => ids.get(id));
    if (of.length > 0) lines.push(`  classDef ${status} ${style}`, `  class ${of.join(',')} ${status}`);
  }
  return `${lines.join('\n')}\n`;
}

function shape(node: Node, state: string | undefined): string {
  const words = state === undefined ? '' : `<br>${mermaidText(state)}`;
  const text = `"${mermaidText(nodeText(node))}${words}"`;
  return node.kind === 'data' ? `[(${text})]` : `[${text}]`;
}

/** Mermaid has no escape for quotes or markup: whatever is not plainly a name is written by its code point. */
function mermaidText(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ._/@:×-]/gu, (char) => `#${char.codePointAt(0)};`);
}
