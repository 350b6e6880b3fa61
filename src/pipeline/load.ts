// Every pipeline.yaml of a repository → one Pipeline that cannot be wrong, or every problem of every file.
import type { ActionCatalog } from '../core/action.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import type { RepoPath, StageName } from '../core/ids.ts';
import type { DataDecl, Pipeline, PipelineFile, Stage } from '../core/pipeline.ts';
import type { PlotDecl } from '../core/plot.ts';
import { byCodeUnit } from '../util/compare.ts';
import { loadFile } from './file.ts';
import { connect, Ownership } from './graph.ts';
import { paramAt, selectParams } from './params.ts';
import { ParamsFiles } from './params-files.ts';
import { Problems } from './problems.ts';
import { stageShape } from './shapes.ts';

export interface PipelineSource {
  /** Every pipeline.yaml that Git sees. */
  readonly files: readonly RepoPath[];
  /** The text of a pipeline or params file; undefined when it is not there. */
  read(path: RepoPath): string | undefined;
}

/**
 * A pipeline.yaml inside an out or a data entry of another is somebody's data and is passed over.
 * @throws MlopsError (config) with all problems at once, each with its Location.
 */
export function loadPipeline(source: PipelineSource, actions: ActionCatalog): Pipeline {
  return load(source, actions, checkParams);
}

/** What is declared, whether or not params files hold what stages name. @throws MlopsError (config) */
export function loadDeclared(source: PipelineSource, actions: ActionCatalog): Pipeline {
  return load(source, actions, () => {});
}

function load(source: PipelineSource, actions: ActionCatalog, check: typeof checkParams): Pipeline {
  const problems = new Problems();
  const params = new ParamsFiles((path) => source.read(path), problems);
  const ownership = new Ownership(problems);
  const shape = stageShape(actions);
  const files: PipelineFile[] = [];
  const stages = new Map<StageName, Stage>();
  const data = new Map<RepoPath, DataDecl>();
  const plots: PlotDecl[] = [];
  for (const path of outermostFirst(source.files)) {
    const text = ownership.owns(path) ? undefined : source.read(path);
    if (text === undefined) continue;
    const file = pipelineFile(path);
    files.push(file);
    const loaded = loadFile(file, text, { params, problems, shape, actions });
    for (const decl of loaded.data) {
      data.set(decl.path, decl);
      ownership.add({ data: decl });
    }
    plots.push(...loaded.plots);
    for (const stage of loaded.stages) {
      plots.push(...stage.plots);
      stages.set(stage.name, stage);
      for (const out of stage.outs) ownership.add({ stage, out });
    }
  }
  const graph = connect(stages, ownership, problems);
  for (const stage of stages.values()) check(stage, ownership, params, problems);
  if (problems.failures.length > 0) throw new MlopsError(inReadingOrder(problems.failures));
  return { files, stages, data, plots, ...graph };
}

function inReadingOrder(failures: readonly Failure[]): Failure[] {
  return [...failures].sort(
    ({ where: a }, { where: b }) =>
      byCodeUnit(a?.file ?? '', b?.file ?? '') ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );
}

function pipelineFile(path: RepoPath): PipelineFile {
  const slash = path.lastIndexOf('/');
  return {
    path,
    dir: path.slice(0, Math.max(0, slash)) as RepoPath | '',
    lock: path.replace(/\.ya?ml$/, '.lock') as RepoPath,
  };
}

function outermostFirst(files: readonly RepoPath[]): RepoPath[] {
  const depth = (path: string): number => path.split('/').length;
  return [...files].sort((a, b) => depth(a) - depth(b) || byCodeUnit(a, b));
}

/** A params file that a stage writes may not be there yet; every other one must hold what is declared. */
function checkParams(stage: Stage, ownership: Ownership, params: ParamsFiles, problems: Problems): void {
  for (const decl of stage.params) {
    if (ownership.owns(decl.file)) continue;
    const values = params.get(decl.file);
    if (values === 'missing') {
      problems.add(`params file ${decl.file} is not there`, decl.where, 'create it, or remove it here');
    }
    if (typeof values === 'string' || decl.keys.every((key) => paramAt(values, key) !== undefined)) continue;
    try {
      selectParams(values, decl);
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      for (const { message, help } of error.failures) problems.add(message, decl.where, help);
    }
  }
}
