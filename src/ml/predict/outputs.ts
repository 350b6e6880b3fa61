// Which outputs of a model are scores, labels, values.
import { fail } from '../../core/failure.ts';
import type { ModelValue, OnnxModel } from '../onnx/read.ts';
import { widthOf } from './features.ts';
import type { PredictOptions } from './options.ts';

export type PredictTask = 'auto' | 'binary' | 'multiclass' | 'regression';

export interface ChosenOutputs {
  readonly task: 'classes' | 'numbers';
  readonly scores: string | null;
  readonly label: string | null;
  /** One, or one for each quantile. */
  readonly value: readonly string[] | null;
}

/**
 * @param target whether the target is text or whole numbers: one float output says neither "probability" nor "value",
 *   and only a target with fractions settles it; 'unknown' where there is no target
 */
export function chooseOutputs(
  model: OnnxModel,
  task: PredictTask,
  target: 'text' | 'whole' | 'fractions' | 'unknown',
  options: PredictOptions,
  path: string,
): ChosenOutputs {
  const named = (name: string | null, option: string): string | null => {
    if (name !== null && !model.outputs.some((output) => output.name === name))
      fail('config', `${option}: ${path} has no output "${name}"`, {
        help: `its outputs: ${describe(model.outputs)}`,
      });
    return name;
  };
  const floats = model.outputs.filter(({ dtype }) => dtype !== null && FLOATS.includes(dtype));
  const label =
    named(options.label.output, 'label') ??
    model.outputs.find(({ dtype }) => dtype === 'int64' || dtype === 'string' || dtype === 'int32')?.name ??
    null;
  const asValues = options.value.output === null ? [] : [options.value.output].flat();
  const value = asValues.length === 0 ? null : asValues.map((name) => named(name, 'value')!);
  const scores = named(options.scores.output, 'scores') ?? scoresAmong(floats, label !== null, path);
  if (task === 'regression' || value !== null || options.value.quantiles !== null)
    return {
      task: 'numbers',
      scores: null,
      label: null,
      value: value ?? valueAmong(floats, options, path, model),
    };
  // Classes have names or whole numbers, however wide the output is.
  const asked = task !== 'auto' || options.scores.output !== null;
  if (target === 'fractions' && !asked && label === null && scores !== null)
    return { task: 'numbers', scores: null, label: null, value: [scores] };
  if (scores !== null && (asked || label !== null || isWide(model, scores)))
    return { task: 'classes', scores, label, value: null };
  if (scores === null && label !== null) return { task: 'classes', scores: null, label, value: null };
  if (scores === null)
    return fail('config', `${path} has no output that could be a score, a label or a value`, {
      help: `its outputs: ${describe(model.outputs)}`,
    });
  return fail('config', `${path} has one float output, which can be a probability or a value`, {
    help: 'say which: task: binary or task: regression; typed, -O task=regression',
  });
}

const FLOATS = ['float32', 'float64'];

/** The only candidate, or the only one wider than a column, or the one named like probabilities. */
function scoresAmong(floats: readonly ModelValue[], labelled: boolean, path: string): string | null {
  if (floats.length <= 1) return floats[0]?.name ?? null;
  const wide = floats.filter((output) => widthOf(output) !== 1);
  if (wide.length === 1) return wide[0]!.name;
  const likely = floats.filter(({ name }) => /prob/i.test(name));
  if (likely.length === 1) return likely[0]!.name;
  if (!labelled && wide.length === 0) return floats[0]!.name;
  return fail(
    'config',
    `${path} has ${floats.length} float outputs, and nothing says which holds the scores`,
    {
      help: `write scores: {output: ${floats[0]!.name}}; its outputs: ${describe(floats)}`,
    },
  );
}

/** The only candidate; or all of them, in the model's order, where there is one for each quantile. */
function valueAmong(
  floats: readonly ModelValue[],
  { value: { quantiles } }: PredictOptions,
  path: string,
  model: OnnxModel,
): readonly string[] {
  if (floats.length === 1 || floats.length === quantiles?.length) return floats.map(({ name }) => name);
  return fail('config', `${path} has ${floats.length} float outputs, and nothing says which is the value`, {
    help: `write value: {output: NAME}; its outputs: ${describe(model.outputs)}`,
  });
}

function isWide(model: OnnxModel, name: string): boolean {
  return widthOf(model.outputs.find((output) => output.name === name)!) !== 1;
}

function describe(values: readonly ModelValue[]): string {
  return values.map(({ name, dtype }) => `${name} (${dtype ?? 'no tensor'})`).join(', ');
}
