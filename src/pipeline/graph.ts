// Who makes what, who waits for whom.
import type { RepoPath, StageName } from '../core/ids.ts';
import type { DataDecl, DepDecl, OutDecl, Pipeline, Stage } from '../core/pipeline.ts';
import type { Problems } from './problems.ts';
import { PathTrie } from './trie.ts';

export type Owner =
  | { readonly stage: Stage; readonly out: OutDecl }
  | { readonly stage?: undefined; readonly data: DataDecl };

/** Every out and data entry by its path; each path has one owner, and none lies in another's. */
export class Ownership {
  readonly trie = new PathTrie<Owner>();
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  add(owner: Owner): void {
    const { path, where } = placeOf(owner);
    const other = this.trie.claim(path, owner);
    if (!other || (owner.stage && owner.stage === other.stage && placeOf(other).path === path)) return; // said already
    const theirs = placeOf(other).path;
    const relation = path === theirs ? 'is' : path.startsWith(`${theirs}/`) ? 'lies inside' : 'contains';
    const message =
      relation === 'is'
        ? `${path} is ${titleOf(other)} and ${titleOf(owner)}`
        : `${path} ${relation} ${theirs}, ${titleOf(other)}`;
    this.#problems.add(
      message,
      where,
      'each path has one owner: write to another path, or make one stage of two',
    );
  }

  owns(path: RepoPath): boolean {
    return this.trie.above(path) !== undefined;
  }
}

function placeOf(owner: Owner): OutDecl | DataDecl {
  return owner.stage ? owner.out : owner.data;
}

function titleOf(owner: Owner): string {
  return owner.stage ? `an out of ${owner.stage.name}` : 'a data entry';
}

type Edges = Map<StageName, Set<StageName>>;

export function connect(
  stages: ReadonlyMap<StageName, Stage>,
  { trie }: Ownership,
  problems: Problems,
): Pick<Pipeline, 'upstream' | 'downstream' | 'order'> {
  const upstream: Edges = new Map();
  const downstream: Edges = new Map();
  for (const name of stages.keys()) {
    upstream.set(name, new Set());
    downstream.set(name, new Set());
  }
  const checks = checksByStage(stages);
  for (const stage of stages.values()) {
    for (const dep of stage.deps) {
      for (const { stage: maker, out } of makers(dep, trie)) {
        if (maker === stage) {
          if (dep.kind === 'path') refuseOwnOut(dep, out, problems);
          continue;
        }
        link(maker, stage);
        if (stage.follows === undefined) for (const check of checks.get(maker.name) ?? []) link(check, stage);
      }
    }
    for (const { file } of stage.params) {
      const owner = trie.above(file);
      if (owner?.stage && owner.stage !== stage) link(owner.stage, stage);
    }
  }
  return { upstream, downstream, order: sortByUpstream(stages, upstream, problems) };

  function link(from: Stage, to: Stage): void {
    upstream.get(to.name)!.add(from.name);
    downstream.get(from.name)!.add(to.name);
  }
}

/** What a check refuses, nobody shall use: readers of a stage's outs wait for its checks too. */
export function checksByStage(
  stages: ReadonlyMap<StageName, Stage>,
): ReadonlyMap<StageName, readonly Stage[]> {
  const checks = new Map<StageName, Stage[]>();
  for (const stage of stages.values())
    if (stage.follows !== undefined) checks.set(stage.follows, [...(checks.get(stage.follows) ?? []), stage]);
  return checks;
}

function* makers(dep: DepDecl, trie: PathTrie<Owner>): Generator<Owner & { readonly stage: Stage }> {
  const above = dep.kind === 'path' ? trie.above(dep.path) : undefined;
  const owners = dep.kind === 'glob' ? trie.matching(dep.pattern) : above ? [above] : trie.below(dep.path);
  for (const owner of owners) if (owner.stage) yield owner;
}

function refuseOwnOut(dep: DepDecl & { kind: 'path' }, out: OutDecl, problems: Problems): void {
  const what =
    dep.path === out.path ? 'is' : dep.path.startsWith(`${out.path}/`) ? 'lies inside' : 'contains';
  const which = what === 'is' ? "the stage's own out" : `the stage's own out ${out.path}`;
  problems.add(
    `dep ${dep.path} ${what} ${which}`,
    dep.where,
    'a stage cannot wait for itself: name what it really reads',
  );
}

/** Each stage after all it waits for, else in the order of the files. A cycle is reported, once. */
function sortByUpstream(
  stages: ReadonlyMap<StageName, Stage>,
  upstream: ReadonlyMap<StageName, ReadonlySet<StageName>>,
  problems: Problems,
): StageName[] {
  const place = new Map([...stages.keys()].map((name, index) => [name, index]));
  const state = new Map<StageName, 'open' | 'done'>();
  const order: StageName[] = [];
  // Depth first with a stack of its own: a chain of 10,000 stages is deeper than the program's.
  for (const start of stages.keys()) {
    const trail: { readonly name: StageName; readonly rest: StageName[] }[] = [];
    const visit = (name: StageName): void => {
      state.set(name, 'open');
      trail.push({ name, rest: [...upstream.get(name)!].sort((a, b) => place.get(b)! - place.get(a)!) });
    };
    if (!state.has(start)) visit(start);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const next = top.rest.pop();
      if (next === undefined) {
        state.set(top.name, 'done');
        order.push(top.name);
        trail.pop();
      } else if (!state.has(next)) visit(next);
      else if (state.get(next) === 'open')
        reportCycle(
          trail.map(({ name }) => name),
          next,
          stages,
          problems,
        );
    }
  }
  return order;
}

function reportCycle(
  trail: readonly StageName[],
  again: StageName,
  stages: ReadonlyMap<StageName, Stage>,
  problems: Problems,
): void {
  const cycle = trail.slice(trail.indexOf(again));
  const shown = cycle.length > 8 ? [...cycle.slice(0, 4), '…', ...cycle.slice(-3)] : cycle;
  problems.add(
    `stages wait for each other in a circle: ${[...shown, again].join(' ← ')}`,
    stages.get(again)!.where,
    'one of them must not read what a later one writes',
  );
}
