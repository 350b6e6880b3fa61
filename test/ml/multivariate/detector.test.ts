// Detectors: the same bits everywhere, and the same errors in ONNX Runtime as here.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/ml/frame/frame.ts';
import { fitDetector } from '../../../src/ml/multivariate/detector/fit.ts';
import { judgeErrors } from '../../../src/ml/multivariate/detector/judge.ts';
import { type Layer, reconstructionErrors } from '../../../src/ml/multivariate/detector/network.ts';
import { columnErrorsAt, scoreRows } from '../../../src/ml/multivariate/detector/score.ts';
import { writeDetector } from '../../../src/ml/multivariate/detector/write.ts';
import { readModel } from '../../../src/ml/onnx/read.ts';
import { openSession } from '../../../src/ml/onnx/session.ts';
import { mapFeatures } from '../../../src/ml/predict/features.ts';
import { feedsOf } from '../../../src/ml/predict/feeds.ts';
import { predictOptionsOf } from '../../../src/ml/predict/options.ts';
import { digestBytes } from '../../../src/util/digest.ts';
import { type Random, randomFrom } from '../../../src/util/random.ts';
import { categorical, numeric } from '../drift/columns.ts';
import { folder } from '../drift/files.ts';
import { frameOf, related, usedOf } from './tables.ts';

/** Uniform numbers only: what Math.log and Math.cos give is not the same on every machine. */
function plain(rows: number, random: Random): Frame {
  const cause = Float64Array.from({ length: rows }, () => random.unit());
  const far = cause.map((value) => 1e9 + 3 * value + random.unit());
  const holes = cause.map((value) => (random.unit() < 0.1 ? Number.NaN : 2 * value - random.unit()));
  const town = Array.from(cause, (value) => (random.unit() < 0.05 ? null : value > 0.6 ? 'north' : 'south'));
  const street = Array.from(cause, (value) => `street ${Math.floor(20 * value * random.unit())}`);
  return frameOf([
    numeric('far', far),
    numeric('holes', holes),
    categorical('town', town),
    categorical('street', street),
    numeric('error', cause),
  ]);
}

function trained(kind: 'pca' | 'autoencoder', reference: Frame) {
  const fitted = fitDetector(kind, usedOf(reference), reference, [], 30, randomFrom(0));
  if (typeof fitted === 'string') throw new Error(fitted);
  return fitted;
}

describe('a trained detector', () => {
  it.each([
    ['autoencoder', 'f9c319d5035caa78f25930ef1853d308a5f91caf3039e3be29a3968e4196abe7'],
    ['pca', 'cafd7a8e3c47bc92489438bb846a2cd255b987564a61bbcd38b0f86f019bf1f9'],
  ] as const)('ends in these bytes, wherever it is trained: %s', (kind, digest) => {
    const { columns, layers, baseline } = trained(kind, plain(400, randomFrom(1)));
    expect(digestBytes(writeDetector(columns, layers, baseline.row.value))).toBe(digest);
  });

  it('uses nothing that engines may compute differently', async () => {
    const { readFileSync } = await import('node:fs');
    const here = join(import.meta.dirname, '../../../src/ml/multivariate/detector');
    for (const name of ['train.ts', 'network.ts', 'encoder.ts', 'pca-network.ts'])
      for (const [, used] of readFileSync(join(here, name), 'utf8').matchAll(/(?<!\/\/.*|\* .*)Math\.(\w+)/g))
        expect(['sqrt', 'max', 'min', 'abs', 'floor', 'round', 'fround']).toContain(used);
  });

  it.each([
    ['autoencoder', related(400, 4, randomFrom(2)), related(200, 4, randomFrom(3))],
    ['pca', related(400, 4, randomFrom(2)), related(200, 4, randomFrom(3))],
    ['autoencoder', plain(400, randomFrom(1)), plain(200, randomFrom(9))],
    ['pca', plain(400, randomFrom(1)), plain(200, randomFrom(9))],
    ['autoencoder', numbersOf(plain(400, randomFrom(1))), numbersOf(plain(200, randomFrom(9)))],
  ] as const)('says the same in ONNX Runtime: %s', async (kind, reference, current) => {
    const fitted = trained(kind, reference);
    const bytes = writeDetector(fitted.columns, fitted.layers, fitted.baseline.row.value);
    const path = join(folder({ 'detector.onnx': bytes }), 'detector.onnx');
    writeFileSync(path, bytes);
    const model = readModel(bytes, path);
    const far = current.columns.values().next().value!;
    if (far.kind !== 'categorical') far.values.set([Infinity, -Infinity, 1e12]);
    const inputs = mapFeatures(model, [...current.columns.keys()], new Set(), predictOptionsOf({}), path);
    const session = await openSession(model, path, path, { device: 'cpu', threads: 1 });
    const outputs = model.outputs.map(({ name }) => name);
    const answers = await session.run(feedsOf(model, inputs, current, 0, current.rows), outputs);
    await session.close();
    const near = (ours: Float64Array, theirs: ArrayLike<unknown>) => {
      expect(theirs.length).toBe(ours.length);
      ours.forEach((value, i) => {
        expect(Math.abs(Number(theirs[i]) - value)).toBeLessThan(1e-4 * (1e-2 + value));
      });
    };
    near(scoreRows(fitted, current), answers.get(outputs[0]!)!.data);
    const rows = Int32Array.from({ length: current.rows }, (_, row) => row);
    near(columnErrorsAt(fitted, current, rows), answers.get(outputs[1]!)!.data);
  });

  it('finds strange what no row was: an unknown town, an infinity, a number a thousand times as far', () => {
    const reference = plain(500, randomFrom(1));
    const fitted = trained('autoencoder', reference);
    const change = (name: string, value: number | string): Frame => {
      const frame = plain(3, randomFrom(2));
      const column = frame.columns.get(name)!;
      const changed =
        column.kind === 'categorical'
          ? categorical(name, [value as string, 'north', 'south'])
          : numeric(name, Float64Array.of(value as number, 0.5, 0.5));
      return { rows: 3, columns: new Map(frame.columns).set(name, changed) };
    };
    for (const frame of [change('town', 'elsewhere'), change('error', Infinity), change('error', 1e6)]) {
      const scores = scoreRows(fitted, frame);
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(scores[0]).toBeGreaterThan(fitted.baseline.row.value);
    }
  });

  it('is not trained on too little', () => {
    const fitting = (frame: Frame) => fitDetector('pca', usedOf(frame), frame, [], 30, randomFrom(0));
    expect(fitting(related(50, 3, randomFrom(1)))).toContain('50 rows teach no detector: 120 are needed');
    const flat = frameOf([
      numeric('x', new Float64Array(200).fill(7)),
      numeric(
        'y',
        Float64Array.from({ length: 200 }, (_, i) => i),
      ),
    ]);
    expect(fitting(flat)).toContain('needs two columns that vary');
  });
});

describe('errors', () => {
  const copies: readonly Layer[] = [
    {
      inputs: 2,
      outputs: 2,
      weights: Float32Array.of(1, 0, 0, 1),
      bias: Float32Array.of(0, 0),
      activation: 'linear',
    },
  ];
  it('are never under 0, and 0 where a row is given back as it is', () => {
    expect(reconstructionErrors(copies, Float32Array.of(1, -2, 3, 4), Int32Array.of(0, 1), 2)).toEqual(
      new Float64Array(4),
    );
    const fitted = trained('autoencoder', related(300, 3, randomFrom(5)));
    expect(scoreRows(fitted, related(300, 3, randomFrom(6))).every((score) => score >= 0)).toBe(true);
  });

  it('are judged by their own kind: the baseline itself is no drift, twice its errors are', () => {
    const reference = related(2000, 3, randomFrom(5));
    const { baseline } = trained('pca', reference);
    const same = Float64Array.from(baseline.errors);
    expect(judgeErrors(same, baseline, 0.01)).toMatchObject({ drifted: false, distribution: { ks: 0 } });
    const twice = judgeErrors(
      same.map((error) => 2 * error),
      baseline,
      0.01,
    );
    expect(twice).toMatchObject({ drifted: true });
    expect(twice.reason).toContain('of the rows are strange');
  });
});

function numbersOf(frame: Frame): Frame {
  return frameOf([...frame.columns.values()].filter(({ kind }) => kind === 'numeric'));
}
