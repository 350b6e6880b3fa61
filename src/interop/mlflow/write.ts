// Runs in the layout of MLflow's file store:
//
//   <experiment>/meta.yaml
//   <experiment>/<run>/meta.yaml
//   <experiment>/<run>/params/train.trees      200
//   <experiment>/<run>/metrics/train/loss      1767323045000 0.25 3     one line a step: time, value, step
//   <experiment>/<run>/tags/mlflow.runName     calm-otter
//   <experiment>/<run>/artifacts/metrics/train.json
//
// Reference: mlflow/store/tracking/file_store.py
import { stringify } from 'yaml';
import type { Json } from '../../core/json.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { type ExportedFiles, type ExportedRun, endOf, metricPoints } from '../exported.ts';
import { keysOf, numberText } from './names.ts';

/** What MLflow calls an experiment: one a repository. */
export interface MlflowExperiment {
  readonly id: string;
  readonly name: string;
  /** `file:///…/mlruns`, without a slash at its end: artifacts are found by absolute addresses. */
  readonly root: string;
}

const FINISHED = 3;
const LOCAL = 4;

export function mlflowFiles(experiment: MlflowExperiment, runs: readonly ExportedRun[]): ExportedFiles {
  return new Map([
    [`${experiment.id}/meta.yaml`, experimentMeta(experiment, runs)],
    ...runs.flatMap((run) =>
      [...runFiles(experiment, run)].map(([path, content]): [string, Uint8Array | string] => [
        `${experiment.id}/${runId(run)}/${path}`,
        content,
      ]),
    ),
  ]);
}

/** The same commit is the same run, however often it is exported. */
export function runId({ commit }: Pick<ExportedRun, 'commit'>): string {
  return commit.slice(0, 32);
}

function experimentMeta({ id, name, root }: MlflowExperiment, runs: readonly ExportedRun[]): string {
  const starts = runs.map(({ started }) => started);
  return yamlText({
    artifact_location: `${root}/${id}`,
    creation_time: starts.reduce((least, each) => Math.min(least, each), starts[0] ?? 0),
    experiment_id: id,
    last_update_time: runs.map(endOf).reduce((most, each) => Math.max(most, each), 0),
    lifecycle_stage: 'active',
    name,
  });
}

function runFiles(experiment: MlflowExperiment, run: ExportedRun): Map<string, Uint8Array | string> {
  const metrics = metricPoints(run);
  const files = new Map<string, Uint8Array | string>([['meta.yaml', runMeta(experiment, run)]]);
  // A run that lacks one of them is not found.
  for (const folder of ['artifacts/', 'metrics/', 'params/', 'tags/']) files.set(folder, '');
  const paramNames = [...run.params.keys()].sort(byCodeUnit);
  for (const [name, key] of keysOf(paramNames)) files.set(`params/${key}`, paramText(run.params.get(name)!));
  for (const [name, key] of keysOf([...metrics.keys()].sort(byCodeUnit))) {
    const lines = metrics.get(name)!.map(({ step, value }) => `${endOf(run)} ${numberText(value)} ${step}\n`);
    files.set(`metrics/${key}`, lines.join(''));
  }
  for (const [name, value] of Object.entries(tagsOf(run))) files.set(`tags/${name}`, value);
  for (const [path, bytes] of run.artifacts) files.set(`artifacts/${path}`, bytes);
  return files;
}

function runMeta({ id, root }: MlflowExperiment, run: ExportedRun): string {
  return yamlText({
    artifact_uri: `${root}/${id}/${runId(run)}/artifacts`,
    end_time: endOf(run),
    entry_point_name: '',
    experiment_id: id,
    lifecycle_stage: 'active',
    run_id: runId(run),
    run_name: run.name,
    run_uuid: runId(run),
    source_name: '',
    source_type: LOCAL,
    source_version: '',
    start_time: run.started,
    status: FINISHED,
    tags: [],
    user_id: run.user,
  });
}

function tagsOf(run: ExportedRun): { readonly [name: string]: string } {
  return {
    'mlflow.runName': run.name,
    'mlflow.source.git.commit': run.commit,
    'mlflow.source.type': 'LOCAL',
    'mlflow.user': run.user,
    'mlops.baseline': run.baseline,
    'mlops.ended': run.ended,
    'mlops.message': run.message,
  };
}

/** Quoted throughout: MLflow reads YAML 1.1, to which a plain `on` is true and some ids are numbers. */
function yamlText(value: object): string {
  return stringify(value, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
}

/** MLflow keeps params as text. */
function paramText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
