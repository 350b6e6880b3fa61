// Which stages a command is about: names, out paths or folders on the command line → stages of the graph.
import { failure, MlopsError } from '../core/failure.ts';
import { isWithin, pathIn, type RepoPath, type StageName } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { checksByStage } from '../pipeline/graph.ts';
import { suggest } from '../util/suggest.ts';

export interface Selection {
  /** In the order of the pipeline. */
  readonly stages: readonly StageName[];
  /** Those that were named, or all. */
  readonly named: readonly StageName[];
  readonly all: boolean;
}

export type Reach = 'upstream' | 'downstream' | 'single';

/**
 * `targets` are typed in folder `dir`: `train` (every item of a matrix), `train@forest`, `sub:train`, `/:train` for the
 * root's, a path of an out, or a folder that holds pipelines. Empty = everything.
 */
export function selectStages(
  pipeline: Pipeline,
  targets: readonly string[],
  dir: RepoPath | '',
  reach: Reach,
): Selection {
  if (targets.length === 0) return { stages: pipeline.order, named: pipeline.order, all: true };
  const named = targets.flatMap((target) => resolveTarget(pipeline, target, dir));
  const wanted = new Set(named);
  if (reach !== 'single') {
    const edges = reach === 'upstream' ? pipeline.upstream : pipeline.downstream;
    const checks = checksByStage(pipeline.stages);
    for (const name of wanted) {
      for (const next of edges.get(name) ?? []) wanted.add(next);
      // A stage is not done before its checks are.
      for (const check of checks.get(name) ?? []) wanted.add(check.name);
    }
  }
  return {
    stages: pipeline.order.filter((name) => wanted.has(name)),
    named: [...new Set(named)],
    all: false,
  };
}

/** `help`: what to do about a word that is near no stage. */
export function resolveTarget(
  pipeline: Pipeline,
  target: string,
  dir: RepoPath | '',
  help = 'mlops stage list',
): StageName[] {
  const all = [...pipeline.stages.values()];
  const [folder, local] = splitTarget(target, dir);
  const byName = all.filter(
    (stage) => stage.file.dir === folder && (stage.local === local || stage.base === local),
  );
  if (byName.length) return byName.map((stage) => stage.name);
  const path = target.startsWith('/') ? target.slice(1) : pathIn(dir, target.replace(/^\.\/|\/$/g, ''));
  const byOut = all.filter((stage) => stage.outs.some((out) => isWithin(path, out.path)));
  if (byOut.length) return byOut.map((stage) => stage.name);
  const byFolder = all.filter((stage) => isWithin(stage.file.dir === '' ? '.' : stage.file.dir, path));
  if (byFolder.length) return byFolder.map((stage) => stage.name);
  const elsewhere = all.find((stage) => stage.local === local || stage.base === local);
  if (elsewhere)
    throw new MlopsError(
      failure('config', `no stage here is called "${target}"`, {
        help: `did you mean ${elsewhere.file.dir === '' ? `/:${local}` : `/${elsewhere.file.dir}:${local}`}?`,
      }),
    );
  const near = suggest(target, [...pipeline.stages.keys(), ...all.map((stage) => stage.base)]);
  throw new MlopsError(
    failure('config', `no stage or out is called "${target}"`, {
      help: near ? `did you mean "${near}"?` : help,
    }),
  );
}

function splitTarget(target: string, dir: RepoPath | ''): [string, string] {
  const colon = target.lastIndexOf(':');
  if (colon < 0) return [dir, target];
  const folder = target.slice(0, colon);
  if (folder === '/' || folder === '') return ['', target.slice(colon + 1)];
  return [folder.startsWith('/') ? folder.slice(1) : pathIn(dir, folder), target.slice(colon + 1)];
}
