// Without the optional packages every other command works, and these say how to get them.
import { describe, expect, it, vi } from 'vitest';
import { readFrames } from '../../../src/ml/frame/read.ts';
import { sourceOf } from '../../../src/ml/frame/source.ts';
import { readModel } from '../../../src/ml/onnx/read.ts';
import { openSession } from '../../../src/ml/onnx/session.ts';
import { writeLinearRegression } from '../../../src/ml/onnx/write.ts';
import { failureOf, folder } from './folder.ts';

vi.mock('@duckdb/node-api', () => {
  throw new Error('not installed');
});
vi.mock('onnxruntime-node', () => {
  throw new Error('not installed');
});

describe('an optional package that is not installed', () => {
  it('is named with the way to get it', async () => {
    const cwd = folder({ 'a.csv': 'a\n1\n' });
    expect(await failureOf(readFrames([sourceOf('a.csv')], { cwd }))).toBe(
      'missing: tables are read with DuckDB, which is not installed',
    );
    const model = readModel(writeLinearRegression({ features: ['a'], weights: [1], intercept: 0 }), 'm.onnx');
    const session = openSession(model, `${cwd}/m.onnx`, 'm.onnx', { device: 'cpu', threads: 1 });
    expect(await failureOf(session)).toBe(
      'missing: models are run with ONNX Runtime, which is not installed',
    );
  });
});
