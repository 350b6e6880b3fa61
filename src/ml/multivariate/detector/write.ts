// A detector as an ONNX file that takes the columns as they are: numbers as they stand in the data, categories as text.
// Encoding is part of the graph, so whoever runs the file cannot encode otherwise than training did.
import { FLOAT32, FLOAT64, INT64, STRING } from '../../onnx/schema.ts';
import { FEATURES_KEY } from '../../onnx/write.ts';
import {
  float,
  floats,
  type Initializer,
  int,
  ints,
  strings,
  type ValueInfo,
  writeModel,
  writeNode,
} from '../../onnx/write-graph.ts';
import { type DetectorColumn, FURTHEST, type Layout, layoutOf, type OneHotColumn } from './encoder.ts';
import { type Layer, SLOPE } from './network.ts';

/** Where a detector says over which error a row is strange, and what it gives. */
export const THRESHOLD_KEY = 'mlops.threshold';
export const GIVES_KEY = 'mlops.detector';

type Node = ReturnType<typeof writeNode>;

/** What is being put together. */
interface Graph {
  readonly nodes: Node[];
  readonly inputs: ValueInfo[];
  readonly initializers: Initializer[];
}

/**
 * Without text columns one input `X` (float64, a column a feature, named in `mlops.features`); with text one input a column,
 * by its name. Outputs `error` [N], the mean squared error over the columns, and `column_errors` [N, columns].
 */
export function writeDetector(
  columns: readonly DetectorColumn[],
  layers: readonly Layer[],
  threshold: number,
): Uint8Array {
  const layout = layoutOf(columns);
  const graph: Graph = { nodes: [], inputs: [], initializers: [] };
  const names = new Set(columns.map(({ name }) => name));
  const outputs = { error: unused('error', names), columns: unused('column_errors', names) };
  const encoded = [...encodeNumbers(graph, layout), ...encodeTexts(graph, layout)];
  graph.nodes.push(
    writeNode('Concat', '', encoded, ['.encoded'], { axis: int(1) }),
    writeNode('Cast', '', ['.encoded'], ['.z'], { to: int(FLOAT32) }),
  );
  const made = addLayers(graph, layers);
  addErrors(graph, made, layout, outputs, columns.length);
  return writeModel({
    ...graph,
    outputs: [
      { name: outputs.error, type: FLOAT32, shape: ['N'] },
      { name: outputs.columns, type: FLOAT32, shape: ['N', columns.length] },
    ],
    metadata: {
      [FEATURES_KEY]: JSON.stringify(columns.map(({ name }) => name)),
      [GIVES_KEY]: 'error',
      [THRESHOLD_KEY]: String(threshold),
    },
  });
}

/** Names of inputs, outputs and what lies between share one space, and columns may have any name. */
function unused(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? unused(`${name}_`, taken) : name;
}

function constant(
  graph: Graph,
  name: string,
  values: readonly number[],
  type: Initializer['type'] = FLOAT64,
): string {
  graph.initializers.push({ name, dims: [1, values.length], values, type });
  return name;
}

function encodeNumbers(graph: Graph, { numbers, flagged, texts }: Layout): string[] {
  if (numbers.length === 0) return [];
  const { nodes, inputs } = graph;
  const matrix = texts.length === 0 ? unused('X', new Set(numbers.map(({ name }) => name))) : '.X';
  if (texts.length === 0) inputs.push({ name: matrix, type: FLOAT64, shape: ['N', numbers.length] });
  else {
    for (const { name } of numbers) inputs.push({ name, type: FLOAT64, shape: ['N', 1] });
    const names = numbers.map(({ name }) => name);
    nodes.push(writeNode('Concat', '', names, [matrix], { axis: int(1) }));
  }
  const all = (of: (column: Layout['numbers'][number]) => number) => numbers.map(of);
  graph.initializers.push(
    { name: '.lowest', dims: [], values: [-FURTHEST], type: FLOAT64 },
    { name: '.highest', dims: [], values: [FURTHEST], type: FLOAT64 },
  );
  nodes.push(
    writeNode('IsNaN', '', [matrix], ['.missing'], {}),
    writeNode(
      'Where',
      '',
      [
        '.missing',
        constant(
          graph,
          '.fill',
          all(({ fill }) => fill),
        ),
        matrix,
      ],
      ['.filled'],
      {},
    ),
    writeNode(
      'Sub',
      '',
      [
        '.filled',
        constant(
          graph,
          '.centre',
          all(({ centre }) => centre),
        ),
      ],
      ['.shifted'],
      {},
    ),
    writeNode(
      'Div',
      '',
      [
        '.shifted',
        constant(
          graph,
          '.scale',
          all(({ scale }) => scale),
        ),
      ],
      ['.scaled'],
      {},
    ),
    writeNode('Clip', '', ['.scaled', '.lowest', '.highest'], ['.numbers'], {}),
  );
  return ['.numbers', ...encodeFlags(graph, numbers, flagged)];
}

function encodeFlags(graph: Graph, numbers: Layout['numbers'], flagged: Layout['flagged']): string[] {
  if (flagged.length === 0) return [];
  const which = flagged.map((column) => numbers.indexOf(column));
  graph.initializers.push({ name: '.flagged', dims: [which.length], values: which, type: INT64 });
  const centre = constant(
    graph,
    '.flag_centre',
    flagged.map(({ flag }) => flag!.centre),
  );
  const scale = constant(
    graph,
    '.flag_scale',
    flagged.map(({ flag }) => flag!.scale),
  );
  graph.nodes.push(
    writeNode('Cast', '', ['.missing'], ['.all_flags'], { to: int(FLOAT64) }),
    writeNode('Gather', '', ['.all_flags', '.flagged'], ['.raw_flags'], { axis: int(1) }),
    writeNode('Sub', '', ['.raw_flags', centre], ['.shifted_flags'], {}),
    writeNode('Div', '', ['.shifted_flags', scale], ['.flags'], {}),
  );
  return ['.flags'];
}

function encodeTexts(graph: Graph, { texts }: Layout): string[] {
  return texts.map((column, at) => {
    const own = (part: string) => `.text${at}.${part}`;
    graph.inputs.push({ name: column.name, type: STRING, shape: ['N', 1] });
    if (column.kind === 'one-hot') addOneHot(graph, column, own);
    else
      graph.nodes.push(
        writeNode('LabelEncoder', 'ai.onnx.ml', [column.name], [own('share')], {
          keys_strings: strings(column.categories),
          values_floats: floats(column.shares),
          default_float: float(0),
        }),
        writeNode('Cast', '', [own('share')], [own('raw')], { to: int(FLOAT64) }),
      );
    const centre = constant(graph, own('centre'), [column.centre].flat());
    const scale = constant(graph, own('scale'), [column.scale].flat());
    graph.nodes.push(
      writeNode('Sub', '', [own('raw'), centre], [own('shifted')], {}),
      writeNode('Div', '', [own('shifted'), scale], [own('encoded')], {}),
    );
    return own('encoded');
  });
}

function addOneHot(graph: Graph, { name, categories }: OneHotColumn, own: (part: string) => string): void {
  const codes = categories.map((_, code) => code);
  const all = constant(graph, own('codes'), [...codes, categories.length], INT64);
  graph.nodes.push(
    writeNode('LabelEncoder', 'ai.onnx.ml', [name], [own('code')], {
      keys_strings: strings(categories),
      values_int64s: ints(codes),
      default_int64: int(categories.length),
    }),
    writeNode('Equal', '', [own('code'), all], [own('is')], {}),
    writeNode('Cast', '', [own('is')], [own('raw')], { to: int(FLOAT64) }),
  );
}

/** Names under which `read.ts` finds them again. */
export function weightNames(layer: number): { readonly weights: string; readonly bias: string } {
  return { weights: `.layer${layer}.weights`, bias: `.layer${layer}.bias` };
}

function addLayers({ nodes, initializers }: Graph, layers: readonly Layer[]): string {
  return layers.reduce((from, { inputs, outputs, weights, bias, activation }, at) => {
    const names = weightNames(at);
    initializers.push(
      { name: names.weights, dims: [outputs, inputs], values: weights },
      { name: names.bias, dims: [outputs], values: bias },
    );
    const made = `.layer${at}.made`;
    nodes.push(writeNode('Gemm', '', [from, names.weights, names.bias], [made], { transB: int(1) }));
    if (activation === 'linear') return made;
    nodes.push(writeNode('LeakyRelu', '', [made], [`${made}.leaky`], { alpha: float(SLOPE) }));
    return `${made}.leaky`;
  }, '.z');
}

/** Squared errors summed over the inputs of each column, by a matrix of 0 and 1. */
function addErrors(
  { nodes, initializers }: Graph,
  made: string,
  { columnOf, width }: Layout,
  outputs: { readonly error: string; readonly columns: string },
  columns: number,
): void {
  const grouping = new Float32Array(width * columns);
  columnOf.forEach((column, input) => {
    grouping[input * columns + column] = 1;
  });
  initializers.push({ name: '.grouping', dims: [width, columns], values: grouping });
  nodes.push(
    writeNode('Sub', '', ['.z', made], ['.residual'], {}),
    writeNode('Mul', '', ['.residual', '.residual'], ['.squared'], {}),
    writeNode('MatMul', '', ['.squared', '.grouping'], [outputs.columns], {}),
    writeNode('ReduceMean', '', [outputs.columns], [outputs.error], { axes: ints([1]), keepdims: int(0) }),
  );
}
