// The model of `baseline: {model}`: asked for the same rows, read as the stage's own model is where it does not say itself.
import { fail } from '../../core/failure.ts';
import type { Frame } from '../frame/frame.ts';
import { listedFeatures } from '../predict/features.ts';
import type { Predictions } from '../predict/interpret.ts';
import { modelLabels } from '../predict/labels.ts';
import type { ModelFile } from '../predict/model.ts';
import type { PredictOptions } from '../predict/options.ts';
import type { Label } from './report.ts';

/** Options for another model than the one they were written for: names it lacks are found by themselves. */
export function rivalOptions(
  { model, path }: ModelFile,
  names: readonly string[],
  predict: PredictOptions,
): PredictOptions {
  const named = model.inputs.every(({ name }) => names.includes(name));
  const outputs = new Set(model.outputs.map(({ name }) => name));
  const known = (output: string | null): string | null =>
    output !== null && outputs.has(output) ? output : null;
  const values = predict.value.output;
  return {
    ...predict,
    features: named || listedFeatures(model, path) ? 'auto' : predict.features,
    scores: { ...predict.scores, output: known(predict.scores.output) },
    label: { output: known(predict.label.output) },
    value: {
      ...predict.value,
      output: values !== null && [values].flat().every((each) => outputs.has(each)) ? values : null,
    },
  };
}

/** The labels that its scores are in the order of, once those of the stage's own model are known. */
export function rivalLabels(
  { model, path }: ModelFile,
  own: Predictions,
  predict: PredictOptions,
): PredictOptions {
  if (own.task === 'regression') return predict;
  const positive = own.positive && own.known.labels[own.positive.index]!;
  const named = modelLabels(model, path)?.labels;
  return {
    ...predict,
    positive,
    labels: named && alike(named, own.known.labels) ? 'auto' : own.known.labels,
  };
}

/** `rival` with its classes in the order of `own`. */
export function alignedWith(own: Predictions, rival: Predictions, path: string, frame: Frame): Predictions {
  if (own.task === 'regression' || rival.task === 'regression') {
    if (own.task === rival.task) return rival;
    return fail(
      'config',
      `the baseline model ${path} answers ${own.task === 'regression' ? 'classes' : 'numbers'}, the model does not`,
      {
        help: 'only models that answer the same question can be compared',
      },
    );
  }
  const { labels } = own.known;
  const texts = labels.map(String);
  const place = rival.known.labels.map((label) => texts.indexOf(String(label)));
  if (place.every((to, from) => to === from)) return rival;
  const { classes } = rival;
  const width = labels.length;
  const scores = classes.scores && new Float64Array(classes.scores.length);
  for (let row = 0; row < frame.rows; row++)
    for (let from = 0; scores && from < width; from++)
      scores[row * width + place[from]!] = classes.scores![row * width + from]!;
  return {
    ...rival,
    known: own.known,
    positive: own.positive,
    classes: { ...classes, scores, predicted: classes.predicted.map((from) => place[from]!) },
  };
}

function alike(one: readonly Label[], other: readonly Label[]): boolean {
  return one.map(String).sort().join('\n') === other.map(String).sort().join('\n');
}
