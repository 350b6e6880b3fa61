// Puts runs into a folder of MLflow's. What people add there stays: other runs, tags and notes, the name of an experiment.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportedRun } from '../exported.ts';
import { placeFiles } from '../place.ts';
import { type MlflowExperiment, mlflowFiles, runId } from './write.ts';

export function placeRuns(dir: string, experiment: MlflowExperiment, runs: readonly ExportedRun[]): void {
  const files = new Map(mlflowFiles(experiment, runs));
  const meta = `${experiment.id}/meta.yaml`;
  if (existsSync(join(dir, meta))) files.delete(meta);
  // A key of the last export may now be the folder of another.
  for (const run of runs)
    for (const kind of ['metrics', 'params'])
      rmSync(join(dir, experiment.id, runId(run), kind), { recursive: true, force: true });
  placeFiles(dir, files);
}
