// What an evaluation will read and write, known from its options alone.
import { normalize, resolve } from 'node:path';
import type { ActionPlan } from '../../core/action.ts';
import { MlopsError } from '../../core/failure.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Problem } from '../../core/shape.ts';
import { optionalSourceOf, sourceOf } from '../frame/source.ts';
import { gateProblems } from '../gates-options.ts';
import { readModelFile } from '../onnx/read.ts';
import { externalPaths } from '../predict/model.ts';
import { predictionsOf } from '../predict/options.ts';
import { reportPaths } from '../report-files.ts';
import { evaluateProblems } from './options.ts';

/** Judged after a run, or only where things are put: not part of the key. */
const NOT_HASHED = ['gates', 'baseline', 'on_data_change'];

/**
 * @param options that `evaluateShape` accepts
 * @param stage local name of the stage
 */
export function planEvaluate(options: JsonObject, stage: string): ActionPlan {
  const paths = reportPaths(options, stage);
  const model = options['model'];
  const predictions = isJsonObject(options['predictions']) ? predictionsOf(options['predictions']) : null;
  const baseline = options['baseline'];
  return {
    reads: [
      ...(typeof model === 'string' ? [model] : []),
      ...(predictions?.path ? [predictions.path] : []),
      ...sourceOf(options['data']!).paths,
      ...(optionalSourceOf(options['compare'])?.paths ?? []),
      ...(isJsonObject(baseline) && typeof baseline['model'] === 'string' ? [baseline['model']] : []),
    ],
    writes: [
      { path: paths.report, git: true, metric: true },
      { path: paths.details, git: false, metric: false },
      ...(options['save_predictions'] === true
        ? [{ path: paths.predictions, git: false, metric: false }]
        : []),
    ],
    hashed: Object.fromEntries(
      Object.entries(options).filter(
        ([key, value]) =>
          !NOT_HASHED.includes(key) || (key === 'baseline' && isJsonObject(value) && 'model' in value),
      ),
    ),
    problems: [
      ...evaluateProblems(options),
      ...selfBaseline(options, paths.report),
      ...gateProblems(options['gates']).map((problem) => ({ ...problem, path: ['gates', ...problem.path] })),
    ],
  };
}

/** A comparison with itself holds whatever happens. */
function selfBaseline(options: JsonObject, report: string): readonly Problem[] {
  const baseline = options['baseline'];
  if (!isJsonObject(baseline)) return [];
  const same =
    'report' in baseline
      ? normalize(baseline['report'] as string) === normalize(report)
      : normalize(baseline['model'] as string) === normalize((options['model'] as string | null) ?? '');
  return same
    ? [
        {
          path: ['baseline'],
          message: 'the baseline is this stage itself: every change would be 0',
          help: 'baseline: auto compares with the merge base',
        },
      ]
    : [];
}

/** The files that hold the weights of the models beside them; undefined while a model is not here. */
export function discoverEvaluate(options: JsonObject, cwd: string): readonly string[] | undefined {
  const baseline = options['baseline'];
  const models = [options['model'], isJsonObject(baseline) ? baseline['model'] : undefined];
  try {
    return models.flatMap((model) =>
      typeof model === 'string' ? externalPaths(readModelFile(resolve(cwd, model), model), model) : [],
    );
  } catch (error) {
    // Absent, or no model at all: the run will say which.
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}
