import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Experiment } from '../../core/experiment.ts';
import type { ExitName } from '../../core/failure.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { remoteUrls } from '../../git/remote-urls.ts';
import type { Repository } from '../../git/repository.ts';
import type { ExportedRun } from '../../interop/exported.ts';
import { experimentFor } from '../../interop/mlflow/experiment.ts';
import { placeRuns } from '../../interop/mlflow/place.ts';
import { runId } from '../../interop/mlflow/write.ts';
import { placeFiles } from '../../interop/place.ts';
import { EVENT_FILE, tensorboardFiles } from '../../interop/tensorboard/write.ts';
import type { Project } from '../../project.ts';
import type { Io } from '../command.ts';
import { print, printJson } from '../open-project.ts';
import { exportedRuns, nameAmong } from './exported-runs.ts';
import { warnOf } from './sides.ts';

export interface Export {
  readonly format: 'tensorboard' | 'mlflow';
  /** As typed; none = all. */
  readonly names: readonly string[];
  /** As typed. */
  readonly folder: string;
  readonly json?: true;
}

/** What an export is to a tool, in a folder of its own kind. */
interface Target {
  /** Whether an earlier export put that one there. */
  holds(experiment: Experiment, name: string): boolean;
  write(runs: readonly ExportedRun[]): void;
  readonly next: string;
}

/** Those that are there already are written again: a table of TensorBoard needs the columns of all of them. */
export function exportTo(io: Io, project: Project, { format, names, folder, json }: Export): ExitName {
  const { repo, config, workspace } = project;
  const all = listExperiments(repo, config.exp.refs);
  const asked = new Set(names.map((name) => findExperiment(all, name)));
  const dir = resolve(io.cwd, folder);
  const target = format === 'mlflow' ? mlflowIn(dir, folder, repo) : tensorboardIn(dir, folder);
  const chosen = all.filter(
    (each) => names.length === 0 || asked.has(each) || target.holds(each, nameAmong(each, all)),
  );
  const runs = exportedRuns({ repo, store: workspace.store }, chosen, all, warnOf(io));
  if (runs.length > 0) target.write(runs);
  if (json) printJson(io, { folder: dir, experiments: runs.map(({ name, commit }) => ({ name, commit })) });
  else if (runs.length === 0) print(io, 'no experiments yet; next: mlops exp run');
  else print(io, `wrote ${countOf(runs)} to ${folder}\n${target.next}`);
  return 'ok';
}

function countOf({ length }: readonly unknown[]): string {
  return `${length} ${length === 1 ? 'experiment' : 'experiments'}`;
}

function tensorboardIn(dir: string, folder: string): Target {
  return {
    holds: (_, name) => existsSync(join(dir, name, EVENT_FILE)),
    write: (runs) => placeFiles(dir, tensorboardFiles(runs)),
    next: `next: tensorboard --logdir ${folder}`,
  };
}

function mlflowIn(dir: string, folder: string, repo: Repository): Target {
  const experiment = experimentFor(dir, repositoryName(remoteUrls(repo)[0] ?? repo.top));
  return {
    holds: (each) => existsSync(join(dir, experiment.id, runId(each))),
    write: (runs) => placeRuns(dir, experiment, runs),
    // MLflow 3 refuses its file store without the variable; older ones pass it over.
    next: `next: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${folder}`,
  };
}

/** The same in every clone: what the remote is called, else the folder. */
function repositoryName(place: string): string {
  return basename(place.replace(/\/+$/, '').replaceAll(':', '/')).replace(/\.git$/, '');
}
