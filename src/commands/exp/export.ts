import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Experiment } from '../../core/experiment.ts';
import type { ExitName } from '../../core/failure.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { remoteUrls } from '../../git/remote-urls.ts';
import type { ExportedRun } from '../../interop/exported.ts';
import { experimentFor } from '../../interop/mlflow/experiment.ts';
import { placeRuns } from '../../interop/mlflow/place.ts';
import { runId } from '../../interop/mlflow/write.ts';
import { placeFiles } from '../../interop/place.ts';
import { EVENT_FILE, tensorboardFiles } from '../../interop/tensorboard/write.ts';
import type { Project } from '../../project.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';
import { exportedRuns, nameAmong } from './exported-runs.ts';

/** What an export is to a tool, in a folder of its own kind. */
interface Target {
  /** Whether an earlier export put that one there. */
  holds(experiment: Experiment, name: string): boolean;
  write(runs: readonly ExportedRun[]): void;
  readonly next: string;
}

const DEFAULT_DIR = { tensorboard: 'runs', mlflow: 'mlruns' } as const;
type Format = keyof typeof DEFAULT_DIR;

interface Flags {
  readonly out?: string;
  readonly json?: true;
}

export function addExport(exp: Command, io: Io, run: Run): void {
  exp
    .command('export')
    .description('write experiments for TensorBoard or MLflow')
    .addArgument(new Argument('<format>').choices(Object.keys(DEFAULT_DIR)))
    .argument('[experiment...]', 'which; nothing means all')
    .option('-o, --out <folder>', 'where; left out: runs for TensorBoard, mlruns for MLflow')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples('mlops exp export tensorboard', 'mlops exp export mlflow calm-otter -o ../mlruns'),
    )
    .action(
      run((format: Format, names: readonly string[], flags: Flags) =>
        withProject<ExitName>(io, 'plain', async (project) => exportTo(io, project, format, names, flags)),
      ),
    );
}

/** Those that are there already are written again: a table of TensorBoard needs the columns of all of them. */
function exportTo(
  io: Io,
  project: Project,
  format: Format,
  names: readonly string[],
  flags: Flags,
): ExitName {
  const all = listExperiments(project.repo, project.config.exp.refs);
  const shown = flags.out ?? DEFAULT_DIR[format];
  const dir = resolve(io.cwd, shown);
  const target = format === 'mlflow' ? mlflowIn(dir, shown, project) : tensorboardIn(dir, shown);
  const asked = new Set(names.map((name) => findExperiment(all, name)));
  const chosen =
    names.length === 0
      ? all
      : all.filter((each) => asked.has(each) || target.holds(each, nameAmong(each, all)));
  if (chosen.length === 0) {
    if (flags.json) printJson(io, { folder: dir, experiments: [] });
    else print(io, 'no experiments yet; next: mlops exp run');
    return 'ok';
  }
  const { repo, pipeline, workspace } = project;
  const runs = exportedRuns({ repo, pipeline, store: workspace.store }, chosen, all);
  target.write(runs);
  if (flags.json)
    printJson(io, { folder: dir, experiments: runs.map(({ name, commit }) => ({ name, commit })) });
  else
    print(
      io,
      `wrote ${runs.length === 1 ? '1 experiment' : `${runs.length} experiments`} to ${shown}\n${target.next}`,
    );
  return 'ok';
}

function tensorboardIn(dir: string, shown: string): Target {
  return {
    holds: (_, name) => existsSync(join(dir, name, EVENT_FILE)),
    write: (runs) => placeFiles(dir, tensorboardFiles(runs)),
    next: `next: tensorboard --logdir ${shown}`,
  };
}

function mlflowIn(dir: string, shown: string, { repo }: Project): Target {
  const experiment = experimentFor(dir, repositoryName(remoteUrls(repo)[0] ?? repo.top));
  return {
    holds: (each) => existsSync(join(dir, experiment.id, runId(each))),
    write: (runs) => placeRuns(dir, experiment, runs),
    // MLflow 3 refuses its file store without the variable; older ones pass it over.
    next: `next: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${shown}`,
  };
}

/** The same in every clone: what the remote is called, else the folder. */
function repositoryName(place: string): string {
  return basename(place.replace(/\/+$/, '').replaceAll(':', '/')).replace(/\.git$/, '');
}
