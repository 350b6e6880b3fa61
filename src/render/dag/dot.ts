// The graph for Graphviz: `mlops dag --dot | dot -Tpdf`.
import { type Folder, folderTree } from './folders.ts';
import { type Graph, type Node, nodeText } from './graph.ts';

export function renderDot(graph: Graph): string {
  const lines = ['digraph pipeline {', '  rankdir=LR;', '  node [shape=box, style=rounded];'];
  let boxes = 0;
  const visit = (folder: Folder, indent: string): void => {
    for (const node of folder.nodes) lines.push(`${indent}${quoted(node.id)} ${attributes(node)};`);
    for (const child of folder.children) {
      lines.push(`${indent}subgraph cluster_${boxes++} {`, `${indent}  label=${quoted(child.name)};`);
      visit(child, `${indent}  `);
      lines.push(`${indent}}`);
    }
  };
  visit(folderTree(graph.nodes), '  ');
  for (const { from, to } of graph.edges) lines.push(`  ${quoted(from)} -> ${quoted(to)};`);
  return `${lines.join('\n')}\n}\n`;
}

function attributes(node: Node): string {
  const shape = node.kind === 'data' ? ', shape=cylinder, style=solid' : '';
  return `[label=${quoted(nodeText(node))}${shape}]`;
}

/** A DOT string; a backslash would start one of its own escapes. */
function quoted(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, ' ')}"`;
}
