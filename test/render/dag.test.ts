import { describe, expect, it } from 'vitest';
import type { RepoPath, StageName } from '../../src/core/ids.ts';
import type { DataDecl, Pipeline, PipelineFile, Stage } from '../../src/core/pipeline.ts';
import { renderDot } from '../../src/render/dag/dot.ts';
import { graphOf } from '../../src/render/dag/graph.ts';
import { renderGraphJson } from '../../src/render/dag/json.ts';
import { renderMermaid } from '../../src/render/dag/mermaid.ts';
import { place } from '../../src/render/dag/place.ts';
import { renderDagSvg } from '../../src/render/dag/svg.ts';
import { renderTree } from '../../src/render/dag/tree.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { expectGolden } from './golden.ts';

interface Sketch {
  readonly [name: string]: {
    readonly reads: readonly string[];
    readonly uses?: string;
    readonly frozen?: true;
  };
}

function fileOf(dir: string): PipelineFile {
  const at = (name: string): RepoPath => (dir === '' ? name : `${dir}/${name}`) as RepoPath;
  return { path: at('pipeline.yaml'), dir: dir as RepoPath | '', lock: at('pipeline.lock') };
}

/** Stages by name; what they read is stage names or data paths. Listed so that each follows its upstream. */
function pipelineOf(sketch: Sketch, data: readonly string[]): Pipeline {
  const where = { file: 'pipeline.yaml' };
  const stages = new Map<StageName, Stage>();
  const upstream = new Map<StageName, Set<StageName>>();
  for (const [name, { reads, uses, frozen }] of Object.entries(sketch)) {
    const [dir, local] = name.includes(':') ? (name.split(':') as [string, string]) : ['', name];
    const deps = reads.filter((each) => data.includes(each) || each.includes('*'));
    stages.set(name as StageName, {
      name: name as StageName,
      local,
      base: local.split('@')[0]!,
      file: fileOf(dir),
      action: uses ? { kind: 'uses', uses, options: {}, where } : { kind: 'cmd', cmd: ['true'], where },
      wdir: '',
      deps: deps.map((each) =>
        each.includes('*')
          ? { kind: 'glob', pattern: each, where }
          : { kind: 'path', path: each as RepoPath, where },
      ),
      params: [],
      env: [],
      secrets: [],
      plots: [],
      outs: [],
      resources: {},
      mutex: [],
      retries: 0,
      pin: [],
      frozen: frozen ?? false,
      always: false,
      where,
    });
    upstream.set(name as StageName, new Set(reads.filter((each) => each in sketch) as StageName[]));
  }
  const decls = data.map((path): [RepoPath, DataDecl] => [
    path as RepoPath,
    { path: path as RepoPath, file: fileOf(''), git: false, where },
  ]);
  return {
    files: [fileOf('')],
    stages,
    data: new Map(decls),
    plots: [],
    upstream,
    downstream: new Map(),
    order: [...stages.keys()],
  };
}

const SHOP = pipelineOf(
  {
    prepare: { reads: ['data/raw'] },
    'features:build': { reads: ['prepare', 'data/weather/*.csv'] },
    'features/text:embed': { reads: ['prepare'], frozen: true },
    'train@forest': { reads: ['features:build', 'features/text:embed'] },
    'train@linear': { reads: ['features:build'] },
    'train@deep': { reads: ['features:build', 'features/text:embed'] },
    judge: { reads: ['train@forest', 'train@linear', 'train@deep', 'prepare'], uses: 'evaluate' },
    watch: { reads: ['train@forest', 'prepare', 'data/current.csv'], uses: 'drift' },
  },
  ['data/raw', 'data/weather', 'data/current.csv'],
);
const HOSTILE = pipelineOf({ '"]; click <script>alert(1)</script> &\\': { reads: [] } }, []);

describe('the graph of a pipeline', () => {
  it('is drawn as a tree, Mermaid, Graphviz and JSON', () => {
    const full = graphOf(SHOP);
    const collapsed = graphOf(SHOP, { collapse: true });
    expectGolden(
      'dag.txt',
      [
        renderTree(full, PLAIN),
        renderTree(collapsed, PLAIN),
        renderMermaid(collapsed),
        renderDot(collapsed),
        renderGraphJson(graphOf(SHOP, { targets: ['features:build' as StageName] })),
      ].join('\n'),
    );
  });

  it('of one target holds what it needs and nothing else', () => {
    const { nodes } = graphOf(SHOP, { targets: ['train@linear' as StageName] });
    expect(nodes.map(({ id }) => id)).toEqual([
      'data/raw',
      'data/weather',
      'prepare',
      'features:build',
      'train@linear',
    ]);
  });

  it('is drawn as the same SVG every time', () => {
    expectGolden('dag.svg', renderDagSvg(graphOf(SHOP, { collapse: true })));
  });

  it('is placed so that no two nodes overlap, each lies in its lane, and edges run to the right', () => {
    const { nodes, boxes, edges } = place(graphOf(SHOP));
    for (const a of nodes)
      for (const b of nodes) if (a !== b && a.x === b.x) expect(Math.abs(a.y - b.y)).toBeGreaterThan(36);
    for (const box of boxes)
      for (const { node, y } of nodes) {
        const inside = y > box.y && y < box.y + box.height;
        expect([node.id, inside]).toEqual([node.id, `${node.folder}/`.includes(`${box.name}/`)]);
      }
    for (const points of edges)
      for (let at = 1; at < points.length; at++) expect(points[at]!.x).toBeGreaterThan(points[at - 1]!.x);
  });

  it('holds a hostile name as text in every notation', () => {
    const graph = graphOf(HOSTILE);
    expect(renderDagSvg(graph)).not.toContain('<script');
    expect(renderMermaid(graph)).not.toMatch(/script>|"\]; click/);
    expect(renderDot(graph)).toContain('"\\"]; click <script>alert(1)</script> &\\\\"');
  });

  it('is not collapsed where groups would read each other in a circle', () => {
    const chain = { 'a@1': { reads: [] }, 'b@1': { reads: ['a@1'] }, 'a@2': { reads: ['b@1'] } };
    const { nodes } = graphOf(pipelineOf(chain, []), { collapse: true });
    expect(nodes.map(({ id }) => id)).toEqual(['a@1', 'b@1', 'a@2']);
  });

  it('of no stages is empty', () => {
    const empty = graphOf(pipelineOf({}, []));
    expect(renderTree(empty, PLAIN)).toBe('');
    expect(renderDagSvg(empty)).toContain('<svg');
  });
});
