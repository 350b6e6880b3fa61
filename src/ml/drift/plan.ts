// What a drift stage reads and writes, as its options say.

import type { ActionPlan } from '../../core/action.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Problem } from '../../core/shape.ts';
import { discoverEvaluate } from '../evaluate/plan.ts';
import { sourceOf } from '../frame/source.ts';
import { withoutGates } from '../given.ts';
import { modelOf } from '../multivariate/options.ts';
import { reportPaths } from '../report-files.ts';
import { driftOptionsOf } from './options.ts';

/** `options` fit `driftShape`; paths are relative to the folder of pipeline.yaml. */
export function planDrift(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  const { report, details } = reportPaths(options, stage.local);
  return {
    reads: [
      ...sourceOf(options['reference']!).paths,
      ...sourceOf(options['current']!).paths,
      ...(typeof options['model'] === 'string' ? [options['model']] : []),
      ...predictionsFile(options),
      ...[modelOf(options['detector'])].filter((path) => path !== null),
    ],
    writes: [
      { path: report, git: true, metric: true },
      { path: details, git: false, metric: false },
    ],
    hashed: withoutGates(options),
    problems: problemsOf(options),
  };
}

/** As for `evaluate`: weights that lie beside the model, and beside the detector. Undefined while one is not here. */
export function discoverDrift(options: JsonObject, cwd: string): readonly string[] | undefined {
  const models = [options['model'], modelOf(options['detector'])].filter((path) => typeof path === 'string');
  const found = models.map((model) => discoverEvaluate({ model }, cwd));
  return found.some((each) => each === undefined) ? undefined : found.flatMap((each) => each!);
}

function predictionsFile({ predictions }: JsonObject): string[] {
  return isJsonObject(predictions) && typeof predictions['path'] === 'string' ? [predictions['path']] : [];
}

function problemsOf(options: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const { model, predictions, report } = options;
  if (typeof model === 'string' && isJsonObject(predictions))
    problems.push({ path: ['predictions'], key: true, message: 'model and predictions exclude each other' });
  if (isJsonObject(predictions) && typeof predictions['path'] === 'string' && !predictions['key'])
    problems.push({
      path: ['predictions', 'path'],
      message: 'a file of predictions needs "key", the column that joins it to the data',
    });
  if (typeof report === 'string' && !report.endsWith('.json'))
    problems.push({ path: ['report'], message: `"${report}" does not end in .json` });
  return [...problems, ...effectProblems(options), ...timeProblems(options)];
}

function effectProblems({ effect }: JsonObject): Problem[] {
  if (!isJsonObject(effect)) return [];
  return ['numeric', 'categorical'].flatMap((kind) => {
    const given = effect[kind];
    return isJsonObject(given) && Object.keys(given).length !== 1
      ? [{ path: ['effect', kind], message: 'one effect decides: name exactly one' }]
      : [];
  });
}

function timeProblems(options: JsonObject): Problem[] {
  const { time } = driftOptionsOf(options);
  return time.column === null && time.chunk?.startsWith('P')
    ? [
        {
          path: ['time', 'chunk'],
          message: 'chunks by time need "column", a date column',
          help: 'name time.column, or chunk by rows: "500 rows"',
        },
      ]
    : [];
}
