// The pipeline as a graph to be drawn: stages and data as nodes, what flows as edges. Every drawing starts here.
import { isWithin, overlaps, pathFrom, type RepoPath, type StageName, stageNameOf } from '../../core/ids.ts';
import type { DataDecl, DepDecl, Pipeline, Stage } from '../../core/pipeline.ts';
import { byCodeUnit } from '../../util/compare.ts';

export interface Node {
  /** Stage name, or path of the data; a collapsed foreach or matrix has the name before `@`. */
  readonly id: string;
  readonly kind: 'stage' | 'data';
  /** What is written on it: the name inside its folder. */
  readonly label: string;
  /** `cmd`, `evaluate`, …; '' for data. */
  readonly action: string;
  /** How many stages it stands for. */
  readonly count: number;
  /** Folder of its pipeline.yaml, '' at the root. */
  readonly folder: string;
  readonly frozen: boolean;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Nodes follow their sources; edges are sorted by their ends' places. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

export interface GraphOptions {
  /** Only these stages and all they need. */
  readonly targets?: readonly StageName[];
  /** Draw the stages of a foreach or matrix as one. */
  readonly collapse?: boolean;
}

export function graphOf(pipeline: Pipeline, options: GraphOptions = {}): Graph {
  const graph = buildGraph(pipeline, options);
  // Items of two groups that read each other in turn have an order one by one, but none as groups.
  return options.collapse && hasCycle(graph) ? buildGraph(pipeline, { ...options, collapse: false }) : graph;
}

function buildGraph(pipeline: Pipeline, options: GraphOptions): Graph {
  const wanted = options.targets ? ancestors(pipeline, options.targets) : new Set(pipeline.order);
  const stages = pipeline.order.filter((name) => wanted.has(name)).map((name) => pipeline.stages.get(name)!);
  const idOf = (stage: Stage): string => (options.collapse ? collapsedName(stage) : stage.name);
  const data = [...pipeline.data.values()]
    .filter((each) => stages.some((stage) => reads(stage, each.path)) || !options.targets)
    .sort((a, b) => byCodeUnit(a.path, b.path));
  const edges = stages.flatMap((stage): Edge[] => [
    ...data
      .filter(({ path }) => reads(stage, path))
      .map(({ path }): Edge => ({ from: path, to: idOf(stage) })),
    ...[...(pipeline.upstream.get(stage.name) ?? [])].map(
      (name): Edge => ({ from: idOf(pipeline.stages.get(name)!), to: idOf(stage) }),
    ),
  ]);
  return { nodes: [...data.map(dataNode), ...stageNodes(stages, idOf)], edges: distinct(edges) };
}

/** Takes away what nothing left reads, until only cycles are left. */
export function hasCycle({ edges }: Graph): boolean {
  let left = edges;
  for (;;) {
    const sources = new Set(left.map(({ from }) => from));
    const rest = left.filter(({ to }) => sources.has(to));
    if (rest.length === left.length) return rest.length > 0;
    left = rest;
  }
}

function ancestors(pipeline: Pipeline, targets: readonly StageName[]): Set<StageName> {
  const seen = new Set(targets);
  for (const name of seen) for (const up of pipeline.upstream.get(name) ?? []) seen.add(up);
  return seen;
}

function collapsedName(stage: Stage): string {
  return stageNameOf(stage.file.dir, stage.base);
}

function reads(stage: Stage, path: RepoPath): boolean {
  return stage.deps.some((dep) => depOverlaps(dep, path));
}

/** A pattern may match inside `path` when its fixed beginning leads there. */
function depOverlaps(dep: DepDecl, path: RepoPath): boolean {
  if (dep.kind === 'path') return overlaps(dep.path, path);
  const fixed = dep.pattern.slice(0, Math.max(0, dep.pattern.search(/[*?[{(!]/))).replace(/\/?[^/]*$/, '');
  return isWithin(path, fixed) || (fixed !== '' && isWithin(fixed, path));
}

function dataNode({ path, file }: DataDecl): Node {
  const label = isWithin(path, file.dir) ? pathFrom(file.dir, path) : path;
  return { id: path, kind: 'data', label, action: '', count: 1, folder: file.dir, frozen: false };
}

function stageNodes(stages: readonly Stage[], idOf: (stage: Stage) => string): Node[] {
  const groups = new Map<string, Stage[]>();
  for (const stage of stages) groups.set(idOf(stage), [...(groups.get(idOf(stage)) ?? []), stage]);
  return [...groups].map(([id, members]) => {
    const [first] = members as [Stage, ...Stage[]];
    return {
      id,
      kind: 'stage',
      label: id === first.name ? first.local : first.base,
      action: first.action.kind === 'cmd' ? 'cmd' : first.action.uses,
      count: members.length,
      folder: first.file.dir,
      frozen: members.every((each) => each.frozen),
    };
  });
}

/** A collapsed group may read from itself (one item from another): that is no edge of the picture. */
function distinct(edges: readonly Edge[]): Edge[] {
  const seen = new Map<string, Edge>();
  for (const edge of edges) if (edge.from !== edge.to) seen.set(JSON.stringify([edge.from, edge.to]), edge);
  return [...seen.values()];
}

/** `train ×3`: what is written on a node. */
export function nodeText(node: Node): string {
  return node.count > 1 ? `${node.label} ×${node.count}` : node.label;
}
