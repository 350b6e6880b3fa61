// What models of scikit-learn say of themselves (fixtures/ml/models/make.py).
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../../src/ml/onnx/inspect.ts';
import { writeLinearRegression } from '../../../src/ml/onnx/write.ts';
import { failureOf, folder } from '../frame/folder.ts';

const models = join(import.meta.dirname, '../../../fixtures/ml/models');

describe('inspectModel', () => {
  it.each([
    ['vote-text.onnx', ['no', 'yes']],
    ['vote-numbers.onnx', [1, 2, 3]],
  ])('%s: its labels are those of its answers, not of the classifiers inside', (file, labels) => {
    expect(inspectModel(file, models).labels).toEqual(labels);
  });

  it('shows a ZipMap as the matrix it stands for, with the labels in it', () => {
    const { inputs, outputs, labels, features, stage } = inspectModel('forest-zipmap.onnx', models);
    expect(inputs).toEqual([{ name: 'X', dtype: 'float32', shape: [null, 3] }]);
    expect(outputs).toEqual([
      { name: 'output_label', dtype: 'string', shape: [null] },
      { name: 'output_probability', dtype: 'float32', shape: [null, 2] },
    ]);
    expect(labels).toEqual(['no', 'yes']);
    expect(features).toBeNull();
    expect(stage).toBe(
      [
        'stages:',
        '  judge-forest-zipmap:',
        '    evaluate:',
        '      model: forest-zipmap.onnx',
        '      data: DATA.csv',
        '      target: TARGET',
        '      features: [COLUMN, COLUMN, COLUMN]',
        '      positive: "yes"',
        '      gates: {accuracy: {min: 0.9}}',
        '',
      ].join('\n'),
    );
  });

  it('shows one input for each column with its type', () => {
    const { inputs, labels } = inspectModel('pipeline-strings.onnx', models);
    expect(inputs.map(({ name, dtype }) => [name, dtype])).toEqual([
      ['weather', 'string'],
      ['hour', 'int64'],
      ['temp', 'float32'],
      ['wind', 'float32'],
    ]);
    expect(labels).toEqual(['no', 'yes']);
  });

  it('reads names from the metadata, and finds external weights', () => {
    expect(inspectModel('double.onnx', models).features).toEqual(['wind', 'temp', 'hour']);
    expect(inspectModel('external.onnx', models).external).toEqual([
      { path: 'external.weights', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  it('fails clearly on what is no model', async () => {
    const cwd = folder({
      'a.csv': 'a,b\n1,2\n',
      'empty.onnx': '',
      'bad.onnx': writeLinearRegression({
        features: ['a'],
        weights: [1],
        intercept: 0,
        metadata: { 'mlops.features': 'x' },
      }),
    });
    const inspect = async (path: string) => inspectModel(path, cwd);
    expect(await failureOf(inspect('a.csv'))).toContain('config: a.csv is not an ONNX model');
    expect(await failureOf(inspect('empty.onnx'))).toBe(
      'config: empty.onnx is not an ONNX model (it has no graph)',
    );
    expect(await failureOf(inspect('none.onnx'))).toBe('missing: model none.onnx does not exist');
    expect(await failureOf(inspect('.'))).toBe('config: model . is a folder');
  });
});
