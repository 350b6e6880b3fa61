// What a model file says of itself, and the stage that would judge it: `mlops model inspect`.
import { basename } from 'node:path';
import type { Label } from '../evaluate/report.ts';
import { listedFeatures, widthOf } from '../predict/features.ts';
import { modelLabels } from '../predict/labels.ts';
import { openModel } from '../predict/model.ts';
import type { ModelValue } from './read.ts';
import { zipMapsOf } from './zipmap.ts';

export interface ModelInspection {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly inputs: readonly ModelValue[];
  /** An output that is a ZipMap (a list of maps) is shown as the matrix it is read as. */
  readonly outputs: readonly ModelValue[];
  /** In the order of the scores; null when the model does not say. */
  readonly labels: readonly Label[] | null;
  /** Names of the columns of its one matrix input; null when it has one input a column, or does not say. */
  readonly features: readonly string[] | null;
  /** Files beside the model that hold its weights. */
  readonly external: readonly { readonly path: string; readonly sha256: string }[];
  readonly metadata: { readonly [key: string]: string };
  /** YAML to paste into pipeline.yaml; what must be filled in is in capitals. */
  readonly stage: string;
}

/** Reads the file only: ONNX Runtime is not needed. @throws MlopsError when it is absent or no ONNX model */
export function inspectModel(path: string, cwd: string = process.cwd()): ModelInspection {
  const { model, sha256, external } = openModel(path, cwd);
  const labels = modelLabels(model, path)?.labels ?? null;
  const features = listedFeatures(model, path) ?? null;
  const zipMaps = new Set(zipMapsOf(model).map((node) => node.outputs[0]!));
  const inspection = {
    path,
    sha256,
    bytes: model.bytes.length,
    inputs: model.inputs,
    outputs: model.outputs.map((output) =>
      zipMaps.has(output.name)
        ? { name: output.name, dtype: 'float32', shape: [null, labels?.length ?? null] }
        : output,
    ),
    labels,
    features,
    external,
    metadata: Object.fromEntries(model.metadata),
  };
  return { ...inspection, stage: stageFor(inspection) };
}

function stageFor({ path, inputs, outputs, labels, features }: Omit<ModelInspection, 'stage'>): string {
  const matrix = inputs.length === 1 ? inputs[0]! : undefined;
  const width = matrix && widthOf(matrix);
  const scores = outputs.some((output) => widthOf(output) !== 1 || output.dtype !== 'float32');
  const unnamed = matrix !== undefined && features === null && width !== 1;
  return [
    'stages:',
    `  judge-${basename(path)
      .replace(/\.onnx$/, '')
      .replace(/[^\w-]+/g, '-')}:`,
    '    evaluate:',
    `      model: ${yamlText(path)}`,
    '      data: DATA.csv',
    '      target: TARGET',
    ...(unnamed
      ? [`      features: [${width === null ? 'COLUMN, COLUMN' : Array(width).fill('COLUMN').join(', ')}]`]
      : []),
    ...(labels?.length === 2 ? [`      positive: ${yamlText(String(labels[1]))}`] : []),
    ...(labels === null && scores ? ['      labels: [LABEL, LABEL]'] : []),
    `      gates: {${labels === null && !scores ? 'r2' : 'accuracy'}: {min: 0.9}}`,
    '',
  ].join('\n');
}

/** Plain where YAML reads it back as the same text. */
function yamlText(text: string): string {
  return /^[\w./-]+$/.test(text) && !/^(true|false|null|yes|no|on|off|[\d.+-].*)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
