// The explanations of single rows, put together for the details.
import type { Label } from '../evaluate/report.ts';
import { textAt } from '../frame/frame.ts';
import type { Predictions } from '../predict/interpret.ts';
import type { Interpretable } from './interpretable.ts';
import type { Asked, Explanandum } from './load.ts';
import { anchorOf, limeOf } from './local.ts';
import type { ExplainOptions } from './options.ts';
import type { LocalExplanation } from './report.ts';
import type { Shap } from './shap.ts';

export interface LocalInput {
  readonly asked: Asked;
  readonly predictions: Predictions;
  readonly explanandum: Explanandum;
  readonly features: readonly Interpretable[];
  readonly chosen: Int32Array;
  /** null: not asked for. Holds all of `chosen` otherwise. */
  readonly shap: Shap | null;
  readonly options: ExplainOptions;
}

export async function localExplanations(input: LocalInput): Promise<readonly LocalExplanation[]> {
  const local: LocalExplanation[] = [];
  for (const row of input.chosen) local.push(await localExplanation(input, row));
  return local;
}

async function localExplanation(input: LocalInput, row: number): Promise<LocalExplanation> {
  const { asked, predictions, explanandum, options } = input;
  const answer = explanandum.ofAll(predictions)[row]!;
  return {
    row,
    answer,
    predicted: labelAt(predictions, row),
    actual: actualAt(asked, options.target, row),
    values: options.privacy.rows ? valuesAt(asked, row) : null,
    shap: shapAt(input, row),
    lime: options.methods.includes('lime') ? await limeAt(input, row) : null,
    anchor:
      options.methods.includes('anchors') && predictions.task !== 'regression'
        ? await anchorAt(input, row)
        : null,
  };
}

function labelAt(predictions: Predictions, row: number): Label | null {
  return predictions.task === 'regression'
    ? null
    : predictions.known.labels[predictions.classes.predicted[row]!]!;
}

function actualAt({ frame }: Asked, target: string | null, row: number): Label | null {
  if (target === null) return null;
  const column = frame.columns.get(target)!;
  return column.kind === 'numeric' ? column.values[row]! : textAt(column, row);
}

function valuesAt({ frame, features }: Asked, row: number): { readonly [column: string]: string | null } {
  return Object.fromEntries(features.map((name) => [name, textAt(frame.columns.get(name)!, row)]));
}

function shapAt({ shap, features }: LocalInput, row: number): LocalExplanation['shap'] {
  const found = shap?.rows.find((each) => each.row === row);
  if (!shap || !found) return null;
  return {
    base: shap.base,
    parts: features
      .map(({ name }, group) => ({
        name,
        value: found.values[group]!,
        error: found.errors === null ? null : found.errors[group]!,
      }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)),
  };
}

async function limeAt(
  { asked, explanandum, features, options }: LocalInput,
  row: number,
): Promise<LocalExplanation['lime']> {
  const fit = await limeOf(asked, explanandum.of, features, row, { ...options.lime, seed: options.seed });
  return {
    intercept: fit.intercept,
    r2: Number.isNaN(fit.r2) ? null : fit.r2,
    prediction: fit.prediction,
    parts: fit.weights.map(({ feature, weight }) => {
      const { name, codes, words } = features[feature]!;
      return { name, condition: words(codes[row]!), weight };
    }),
  };
}

async function anchorAt(
  { asked, features, options }: LocalInput,
  row: number,
): Promise<LocalExplanation['anchor']> {
  const classOf = async (patches: Parameters<Asked['predict']>[0]): Promise<Int32Array> => {
    const predictions = await asked.predict(patches);
    if (predictions.task === 'regression') throw new Error('BUG: a regression has no class');
    return predictions.classes.predicted;
  };
  const anchor = await anchorOf(asked.reference, features, row, classOf, {
    ...options.anchors,
    seed: options.seed,
  });
  return {
    conditions: anchor.conditions,
    precision: anchor.precision,
    precision_low: anchor.precisionLow,
    coverage: anchor.coverage,
    asked: anchor.asked,
    found: anchor.found,
  };
}
