// The graph for programs.
import type { Graph } from './graph.ts';

/** `{"nodes": [{"id", "kind", "action", …}], "edges": [{"from", "to"}]}` with two spaces, ends with a line end. */
export function renderGraphJson(graph: Graph): string {
  return `${JSON.stringify({ schema: 'mlops.dag/1', nodes: graph.nodes, edges: graph.edges }, null, 2)}\n`;
}
