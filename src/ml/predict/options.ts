// Options that say how a model is asked and how its answers are read: shared by `evaluate` and `drift`.
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import {
  bool,
  count,
  either,
  list,
  map,
  number,
  object,
  orNothing,
  type Shape,
  share,
  text,
  word,
} from '../../core/shape.ts';
import type { Label, ScoreKind } from '../evaluate/report.ts';
import type { Device } from '../onnx/session.ts';

/** Label (as text) → column of its score; or the one column that is the score of the positive class. */
export type ScoreColumns = { readonly [label: string]: string } | string;

/** Predictions made elsewhere: columns of the data, or of a file joined on `key`. */
export interface PredictionsOptions {
  readonly path: string | null;
  readonly key: string | null;
  readonly label: string | null;
  readonly scores: ScoreColumns | null;
  /** One column, or one for each of the quantiles. */
  readonly value: readonly string[] | null;
}

export interface PredictOptions {
  readonly features: 'auto' | readonly string[] | { readonly [input: string]: readonly string[] };
  readonly exclude: readonly string[];
  readonly labels: 'auto' | readonly Label[];
  readonly positive: Label | null;
  readonly scores: { readonly output: string | null; readonly kind: 'auto' | Exclude<ScoreKind, 'unknown'> };
  readonly label: { readonly output: string | null };
  readonly value: {
    /** Several: one for each of `quantiles`. */
    readonly output: string | readonly string[] | null;
    readonly column: number | null;
    /** What the columns, in their order, are quantiles of; null: one value a row. */
    readonly quantiles: readonly number[] | null;
  };
  readonly batch: number;
  readonly device: Device;
  readonly threads: number;
}

export const labelShape: Shape = either('text, a number, true or false', text, number, bool);

export const predictionsShape: Shape = orNothing(
  'a map that names the columns of predictions',
  object({
    path: orNothing('a path', text),
    key: orNothing('a column', text),
    label: orNothing('a column', text),
    scores: orNothing('a column, a map from label to column', text, map(text)),
    value: orNothing('a column, a list of columns', text, list(text, 1)),
  }),
);

/** `auto`: what the model's outputs and the truth say. */
export const taskShape: Shape = word('auto', 'binary', 'multiclass', 'regression');

export const predictKeys: { readonly [key: string]: Shape } = {
  features: either(
    'auto, a list of columns, or a map from input to columns',
    word('auto'),
    list(text, 1),
    map(either('a column or a list of columns', text, list(text, 1))),
  ),
  exclude: list(text),
  labels: either('auto or a list of labels', word('auto'), list(labelShape, 2)),
  positive: labelShape,
  scores: object({ output: text, kind: word('auto', 'probability', 'logit', 'margin') }),
  label: object({ output: text }),
  value: object({
    output: either('an output, or one for each quantile', text, list(text, 1)),
    column: count(0),
    quantiles: list(share, 1),
  }),
  batch: count(1),
  device: word('cpu', 'cuda', 'auto'),
  threads: count(1, 1024),
};

/** Parses what `predictKeys` has checked, defaults filled in. */
export function predictOptionsOf(given: JsonObject): PredictOptions {
  const scores = mapOf(given['scores']);
  const value = mapOf(given['value']);
  const auto = (each: unknown): string | null =>
    each === undefined || each === 'auto' ? null : (each as string);
  return {
    features: featuresOf(given['features']),
    exclude: (given['exclude'] as readonly string[] | undefined) ?? [],
    labels:
      given['labels'] === undefined || given['labels'] === 'auto'
        ? 'auto'
        : (given['labels'] as readonly (Label | boolean)[]).map(labelOf),
    positive:
      given['positive'] === undefined || given['positive'] === 'auto'
        ? null
        : labelOf(given['positive'] as Label | boolean),
    scores: {
      output: auto(scores['output']),
      kind: (scores['kind'] as PredictOptions['scores']['kind'] | undefined) ?? 'auto',
    },
    label: { output: auto(mapOf(given['label'])['output']) },
    value: {
      output: value['output'] === 'auto' ? null : ((value['output'] as string | undefined) ?? null),
      column: (value['column'] as number | undefined) ?? null,
      quantiles: (value['quantiles'] as readonly number[] | undefined) ?? null,
    },
    batch: (given['batch'] as number | undefined) ?? 4096,
    device: (given['device'] as Device | undefined) ?? 'cpu',
    threads: (given['threads'] as number | undefined) ?? 1,
  };
}

export function predictionsOf(given: JsonObject): PredictionsOptions {
  const value = given['value'] as string | readonly string[] | null | undefined;
  return {
    path: (given['path'] as string | null | undefined) ?? null,
    key: (given['key'] as string | null | undefined) ?? null,
    label: (given['label'] as string | null | undefined) ?? null,
    scores: (given['scores'] as ScoreColumns | null | undefined) ?? null,
    value: typeof value === 'string' ? [value] : (value ?? null),
  };
}

/** YAML reads `yes`-like words as text but true and false as booleans; labels know only text and numbers. */
export function labelOf(given: Label | boolean): Label {
  return typeof given === 'boolean' ? String(given) : given;
}

function featuresOf(given: unknown): PredictOptions['features'] {
  if (given === undefined || given === 'auto') return 'auto';
  if (!isJsonObject(given)) return given as readonly string[];
  return Object.fromEntries(
    Object.entries(given).map(([input, columns]) => [
      input,
      typeof columns === 'string' ? [columns] : (columns as readonly string[]),
    ]),
  );
}

function mapOf(given: unknown): JsonObject {
  return isJsonObject(given) ? given : {};
}
