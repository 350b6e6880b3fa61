// The graph as Mermaid, which GitHub and GitLab draw inside Markdown.

import { type Folder, folderTree } from './folders.ts';
import { type Graph, type Node, nodeText } from './graph.ts';

export function renderMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, at) => [node.id, `n${at}`]));
  const lines = ['flowchart LR'];
  let boxes = 0;
  const visit = (folder: Folder, indent: string): void => {
    for (const node of folder.nodes) lines.push(`${indent}${ids.get(node.id)}${shape(node)}`);
    for (const child of folder.children) {
      lines.push(`${indent}subgraph f${boxes++}["${mermaidText(child.name)}"]`);
      visit(child, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  visit(folderTree(graph.nodes), '  ');
  for (const { from, to } of graph.edges) lines.push(`  ${ids.get(from)} --> ${ids.get(to)}`);
  return `${lines.join('\n')}\n`;
}

function shape(node: Node): string {
  const text = `"${mermaidText(nodeText(node))}"`;
  return node.kind === 'data' ? `[(${text})]` : `[${text}]`;
}

/** Mermaid has no escape for quotes or markup: whatever is not plainly a name is written by its code point. */
function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} ._/@:×-]/gu, (char) => `#${char.codePointAt(0)};`);
}
