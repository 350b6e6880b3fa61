// Which column goes into which input of a model, by name wherever there is a name.
import { fail } from '../../core/failure.ts';
import { suggest } from '../../util/suggest.ts';
import type { InputMapping } from '../evaluate/report.ts';
import type { ModelValue, OnnxModel } from '../onnx/read.ts';
import { FEATURES_KEY } from '../onnx/write.ts';
import type { PredictOptions } from './options.ts';

/**
 * One input for each column: by the input's name. One matrix: the `features` option, else the names in the model, else
 * the order of the file, for which `types.ts` then asks that every column be a number.
 *
 * @param names columns of the data in the order of the file
 * @param reserved target, weight and the like: never features unless named
 * @throws MlopsError when a column is missing or counts differ, with both lists
 */
export function mapFeatures(
  model: OnnxModel,
  names: readonly string[],
  reserved: ReadonlySet<string>,
  options: PredictOptions,
  path: string,
): readonly InputMapping[] {
  const { features } = options;
  for (const input of model.inputs) refuseStrangeInput(input, path);
  if (typeof features === 'object' && !Array.isArray(features))
    return mapByOption(model, names, features as { readonly [input: string]: readonly string[] }, path);
  const matrix = model.inputs.length === 1 && !names.includes(model.inputs[0]!.name);
  if (features !== 'auto') {
    if (model.inputs.length !== 1) return refuseList(model, path);
    return [mapped(model.inputs[0]!, features as readonly string[], 'option', names, path)];
  }
  if (!matrix) return model.inputs.map((input) => mapByName(input, names, path));
  const listed = listedFeatures(model, path);
  if (listed) return [mapped(model.inputs[0]!, listed, 'metadata', names, path)];
  const inOrder = names.filter((name) => !reserved.has(name) && !options.exclude.includes(name));
  return [mapped(model.inputs[0]!, inOrder, 'file-order', names, path)];
}

/** The names that our writer and the Python recipe embed; undefined when there are none. */
export function listedFeatures(model: OnnxModel, path: string): readonly string[] | undefined {
  const written = model.metadata.get(FEATURES_KEY);
  if (written === undefined) return undefined;
  try {
    const names: unknown = JSON.parse(written);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Falls through to the one message for every malformed list.
  }
  return fail('config', `${FEATURES_KEY} in ${path} is not a JSON list of names`);
}

/** Number of columns an input takes; null when the model leaves it open. */
export function widthOf(input: ModelValue): number | null {
  const last = input.shape.length < 2 ? 1 : input.shape.at(-1)!;
  return typeof last === 'number' && last > 0 ? last : null;
}

function mapped(
  input: ModelValue,
  columns: readonly string[],
  from: InputMapping['from'],
  names: readonly string[],
  path: string,
): InputMapping {
  for (const column of columns) requireFeature(column, names, path);
  const width = widthOf(input);
  if (width !== null && width !== columns.length)
    fail('config', `input "${input.name}" of ${path} takes ${width} columns, ${columns.length} are given`, {
      help: `given (${SAID[from]}): ${columns.join(', ')}. Name the ${width} in order: features: [${columns.slice(0, 2).join(', ')}, …], or exclude: [the others]`,
    });
  return { name: input.name, dtype: input.dtype!, columns, from };
}

const SAID: { readonly [from in InputMapping['from']]: string } = {
  option: 'by features:',
  name: "by the input's name",
  metadata: 'by the names in the model',
  'file-order': 'in the order of the file',
};

function mapByName(input: ModelValue, names: readonly string[], path: string): InputMapping {
  const width = widthOf(input);
  if (width !== null && width !== 1)
    fail('config', `input "${input.name}" of ${path} takes ${width} columns, and nothing says which`, {
      help: `write features: {${input.name}: [${names.slice(0, 2).join(', ')}, …]}`,
    });
  return mapped(input, [input.name], 'name', names, path);
}

function mapByOption(
  model: OnnxModel,
  names: readonly string[],
  features: { readonly [input: string]: readonly string[] },
  path: string,
): readonly InputMapping[] {
  const inputs = model.inputs.map(({ name }) => name);
  const unknown = Object.keys(features).find((name) => !inputs.includes(name));
  if (unknown !== undefined)
    fail('config', `features: ${path} has no input "${unknown}"`, {
      help: `its inputs: ${inputs.join(', ')}`,
    });
  return model.inputs.map((input) => {
    const columns = Object.hasOwn(features, input.name) ? features[input.name] : undefined;
    return columns ? mapped(input, columns, 'option', names, path) : mapByName(input, names, path);
  });
}

function refuseList(model: OnnxModel, path: string): never {
  fail('config', `features: ${path} has ${model.inputs.length} inputs, a list cannot say which is which`, {
    help: `write features: {${model.inputs.map(({ name }) => `${name}: column`).join(', ')}}`,
  });
}

function requireFeature(column: string, names: readonly string[], path: string): void {
  if (names.includes(column)) return;
  const near = suggest(column, names);
  fail('config', `model ${path} wants column "${column}", which the data lacks`, {
    help: `${near ? `did you mean "${near}"? ` : ''}columns of the data: ${names.join(', ')}`,
  });
}

function refuseStrangeInput(input: ModelValue, path: string): void {
  if (input.dtype === null || input.shape.length > 2 || !DTYPES.includes(input.dtype))
    fail(
      'config',
      `input "${input.name}" of ${path} (${input.dtype ?? 'no tensor'}, ${input.shape.length} dimensions) cannot be fed from columns`,
      { help: 'score it elsewhere and give predictions: {path, label, scores}' },
    );
}

const DTYPES = ['float32', 'float64', 'int64', 'int32', 'bool', 'string'];
