import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkShape } from '../../../src/core/shape.ts';
import { driftShape } from '../../../src/ml/drift/options.ts';
import { discoverDrift, planDrift } from '../../../src/ml/drift/plan.ts';
import { folder } from './files.ts';

const options = { reference: 'a.csv', current: { path: 'b/*.csv', where: 'x > 1' }, model: 'm.onnx' };

describe('a drift stage', () => {
  it('reads data and model, writes a report for Git and details for the store', () => {
    expect(planDrift({ ...options, gates: { schema: 'same' } }, { local: 'watch' })).toEqual({
      reads: ['a.csv', 'b/*.csv', 'm.onnx'],
      writes: [
        { path: 'reports/watch.json', git: true, metric: true },
        { path: 'reports/watch.details.json', git: false, metric: false },
      ],
      hashed: options,
      problems: [],
    });
  });

  it('reads a file of predictions', () => {
    const predictions = { path: 'p.csv', key: 'id', value: 'y' };
    expect(planDrift({ reference: 'a.csv', current: 'b.csv', predictions }, { local: 'w' }).reads).toEqual([
      'a.csv',
      'b.csv',
      'p.csv',
    ]);
  });

  it('finds the weights that a model keeps beside it', () => {
    const cwd = folder({});
    for (const name of ['external.onnx', 'external.weights'])
      copyFileSync(join('fixtures/ml/models', name), join(cwd, name));
    expect(discoverDrift({ ...options, model: 'external.onnx' }, cwd)).toEqual(['external.weights']);
    expect(discoverDrift(options, cwd)).toBeUndefined();
    expect(discoverDrift({ reference: 'a', current: 'b' }, cwd)).toEqual([]);
  });

  it.each([
    [{ ...options, predictions: { value: 'y' } }, 'model and predictions exclude each other'],
    [{ reference: 'a', current: 'b', predictions: { path: 'p.csv', value: 'y' } }, 'needs "key"'],
    [{ ...options, effect: { numeric: { ks: 0.1, js: 0.1 } } }, 'name exactly one'],
    [{ ...options, time: { chunk: 'P7D' } }, 'chunks by time need "column"'],
    [{ ...options, report: 'out.txt' }, 'does not end in .json'],
  ])('says what the shape cannot: %#', (given, message) => {
    expect(checkShape(driftShape, given)).toEqual([]);
    expect(
      planDrift(given, { local: 'w' })
        .problems.map((each) => each.message)
        .join(),
    ).toContain(message);
  });

  it('an unknown option has a suggestion', () => {
    expect(checkShape(driftShape, { ...options, referense: 'x' })).toMatchObject([
      { message: 'unknown key "referense"', help: 'did you mean "reference"?' },
    ]);
    expect(checkShape(driftShape, { ...options, effect: { numeric: { psi: 0.2 } } })).toHaveLength(1);
  });
});
