// `mlops model inspect`.
import type { ModelInspection } from '../../ml/onnx/inspect.ts';
import { formatBytes } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export function renderModel(model: ModelInspection, style: Style): string {
  const ports = [
    ...model.inputs.map((input) => ['input', input] as const),
    ...model.outputs.map((output) => ['output', output] as const),
  ];
  const table = renderTable(
    [{ title: '' }, { title: 'name' }, { title: 'type' }, { title: 'shape' }],
    ports.map(([what, { name, dtype, shape }]) => [what, name, dtype ?? 'no tensor', shapeInWords(shape)]),
    style,
  );
  const own = new Set(['mlops.features', 'mlops.labels']);
  const facts = [
    ['labels', model.labels?.join(' ') ?? 'the model does not say'],
    ['features', featuresInWords(model)],
    ...model.external.map(({ path }) => ['weights', path]),
    ...Object.entries(model.metadata).filter(([key]) => !own.has(key)),
  ];
  return [
    `${visible(model.path)}   ${formatBytes(model.bytes)}   sha256 ${model.sha256.slice(0, 12)}\n\n`,
    table,
    '\n',
    renderTable([{ title: '' }, { title: '' }], facts as [string, string][], style),
    `\nto judge it, in pipeline.yaml:\n\n${model.stage.replace(/^(?=.)/gm, '  ')}`,
  ].join('');
}

function featuresInWords({ features, inputs }: ModelInspection): string {
  if (features !== null) return features.join(' ');
  const columns = inputs.length > 1 && inputs.every(({ shape }) => shape.length < 2 || shape.at(-1) === 1);
  return columns ? 'each input is the column of its name' : 'the model does not name its columns';
}

function shapeInWords(shape: ModelInspection['inputs'][number]['shape']): string {
  return `[${shape.map((size) => size ?? 'any').join(', ')}]`;
}
