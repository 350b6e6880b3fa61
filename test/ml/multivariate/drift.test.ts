// Detectors through whole drift checks over files: from a profile, trained on the way, or given as a file.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { discoverDrift, planDrift } from '../../../src/ml/drift/plan.ts';
import { judgeDrift } from '../../../src/ml/gates-drift.ts';
import { FLOAT32 } from '../../../src/ml/onnx/schema.ts';
import { writeLinearRegression } from '../../../src/ml/onnx/write.ts';
import { writeModel, writeNode } from '../../../src/ml/onnx/write-graph.ts';
import { readProfile } from '../../../src/ml/profile/format.ts';
import { profile } from '../../../src/ml/profile/profile.ts';
import { writeProfile } from '../../../src/ml/profile/write.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { contextIn, csvOf, driftIn, folder, type Table } from '../drift/files.ts';
import { twins } from './tables.ts';

function tableOf(rows: number, rho: number, seed: number): Table {
  const random = randomFrom(seed);
  const columns = [...twins(rows, rho, random).columns.values()].map((column) => {
    if (column.kind === 'categorical') throw new Error();
    return [column.name, [...column.values].map((value) => Number(value.toFixed(6)))] as const;
  });
  const sky = Array.from({ length: rows }, () => ['sun', 'rain'][random.below(2)]!);
  return { ...Object.fromEntries(columns), sky };
}

const before = tableOf(600, 0.9, 1);
const same = tableOf(400, 0.9, 2);
const apart = tableOf(400, 0, 3);
const files = { 'before.csv': csvOf(before), 'now.csv': csvOf(same), 'apart.csv': csvOf(apart) };

async function profileIn(cwd: string, options: JsonObject) {
  const made = await profile({ data: 'before.csv', ...options }, contextIn(cwd));
  writeProfile(made, join(cwd, 'profiles/ref'));
  return made;
}

describe('the detector of a profile', () => {
  it.each(['autoencoder', 'pca'])(
    'is trained once, kept beside it, and used by every drift check: %s',
    async (kind) => {
      const cwd = folder(files);
      const made = await profileIn(cwd, { detector: kind });
      expect(made.profile.unavailable).toEqual({});
      expect(readProfile(join(cwd, 'profiles/ref')).detector).toEqual(made.profile.detector);
      const again = await profile({ data: 'before.csv', detector: kind }, contextIn(cwd));
      expect(again.detector).toEqual(made.detector);
      const drift = async (current: string) =>
        (await driftIn(cwd, { reference: 'profiles/ref', current })).report;
      const steady = await drift('now.csv');
      expect(steady.multivariate!.detector).toMatchObject({
        ...{ kind, from: 'profile', path: 'profiles/ref/detector.onnx', drifted: false },
        ...{ columns: ['a', 'b', 'c', 'sky'], sha256: made.profile.detector!.sha256 },
        rows: { reference: 150, current: 400 },
      });
      const moved = await drift('apart.csv');
      expect(moved.summary.drifted).toBe(0);
      expect(moved.multivariate!.detector).toMatchObject({ drifted: true });
      expect(moved.multivariate!.outliers).toMatchObject({ by: kind });
      expect(moved.advice.decision).toBe('investigate');
      expect(moved.metrics['detector_rows_over']).toBeGreaterThan(0.05);
    },
  );

  it('goes when the next profile has none, and reports of old profiles say so', async () => {
    const cwd = folder(files);
    await profileIn(cwd, { detector: 'pca' });
    await profileIn(cwd, {});
    expect(() => rmSync(join(cwd, 'profiles/ref/detector.onnx'))).toThrow('ENOENT');
    const { report } = await driftIn(cwd, { reference: 'profiles/ref' });
    expect(report.multivariate!.detector).toBeNull();
    expect(report.unavailable['detector']).toBe('no detector is asked for');
  });

  it('that knows a column which the data lack is no crash', async () => {
    const { c: _, ...without } = same;
    const cwd = folder({ ...files, 'now.csv': csvOf(without as Table) });
    await profileIn(cwd, { detector: 'pca' });
    const { report } = await driftIn(cwd, { reference: 'profiles/ref', exclude: ['c'] });
    expect(report.unavailable['detector']).toContain('knows a column "c"');
  });

  it('trained on too little is null, with its reason', async () => {
    const cwd = folder({ 'before.csv': csvOf(tableOf(80, 0.5, 1)) });
    const { profile: made } = await profileIn(cwd, { detector: 'autoencoder' });
    expect(made.detector).toBeNull();
    expect(made.unavailable['detector']).toContain('80 rows teach no detector');
  });
});

describe('a detector trained on the way', () => {
  it('gives the same report again, and Autodeploy’s rule where it is asked for', async () => {
    const options = { current: 'apart.csv', detector: { kind: 'autoencoder', compat: 'autodeploy' } };
    const cwd = folder(files);
    const { report, details } = await driftIn(cwd, options);
    expect(report).toEqual((await driftIn(cwd, options)).report);
    expect(report.multivariate!.detector).toMatchObject({ from: 'drift', path: null, drifted: true });
    const { autodeploy } = report.multivariate!.detector!;
    expect(autodeploy).toMatchObject({ columns: 3, alert: true });
    expect(autodeploy!.share).toBeCloseTo(autodeploy!.rows_over / 400, 12);
    // 450 rows taught it: the largest of them and 400 others alike is among the others 400 times of 850.
    expect(autodeploy!.false_alarm).toBeCloseTo(400 / 850, 10);
    expect(details.errors!.map(({ of }) => of)).toEqual(['pca', 'detector']);
    for (const { shares } of details.errors!)
      for (const side of [shares.reference, shares.current])
        expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('passes a gate on columns together, or fails it; without any check it fails', async () => {
    const cwd = folder(files);
    const judged = async (options: JsonObject) => {
      const { report } = await driftIn(cwd, options);
      const input = { stage: 'watch', gates: { multivariate: 'stable' } } as unknown as Parameters<
        typeof judgeDrift
      >[0];
      return judgeDrift(input, report).results[0]!;
    };
    expect(await judged({})).toMatchObject({ passed: true, value: 'stable' });
    const moved = await judged({ current: 'apart.csv' });
    expect(moved).toMatchObject({ passed: false, value: 'drifted' });
    expect(moved.reason).toContain('1 of 3 pairs of columns changed');
    expect(await judged({ exclude: ['b', 'c', 'sky'] })).toMatchObject({ passed: false, value: null });
  });
});

/** Gives `a`, `b` back as each other times 0.9: what a perfect detector of the twins would do. */
const swap = (extra: { readonly [key: string]: string } = {}) =>
  writeModel({
    nodes: [writeNode('MatMul', '', ['X', 'w'], ['back'], {})],
    inputs: [{ name: 'X', type: FLOAT32, shape: ['N', 2] }],
    outputs: [{ name: 'back', type: FLOAT32, shape: ['N', 2] }],
    initializers: [{ name: 'w', dims: [2, 2], values: [0, 0.9, 0.9, 0] }],
    metadata: { 'mlops.features': '["a","b"]', ...extra },
  });

describe('a detector that somebody gave', () => {
  const given = { ...files, 'swap.onnx': swap(), 'known.onnx': swap({ 'mlops.threshold': '3' }) };

  it('that gives rows back is found by its width, and names columns', async () => {
    const cwd = folder(given);
    const asked = { detector: { model: 'swap.onnx' } };
    const { report, uses } = await driftIn(cwd, asked);
    expect(report.multivariate!.detector).toMatchObject({
      ...{ kind: 'model', from: 'file', path: 'swap.onnx', columns: ['a', 'b'], drifted: false },
      rows_over: { threshold_from: 'quantile' },
    });
    expect(uses).toMatchObject({ device: 'cpu' });
    const moved = (await driftIn(cwd, { ...asked, current: 'apart.csv' })).report.multivariate!.detector!;
    expect(moved).toMatchObject({ drifted: true });
    expect(moved.attribution.map(({ column }) => column).sort()).toEqual(['a', 'b']);
  });

  it('brings its threshold along, or is told one', async () => {
    const cwd = folder(given);
    const over = async (detector: JsonObject) =>
      (await driftIn(cwd, { detector })).report.multivariate!.detector!.rows_over;
    expect(await over({ model: 'known.onnx' })).toMatchObject({ threshold: 3, threshold_from: 'metadata' });
    expect(await over({ model: 'known.onnx', threshold: 2 })).toMatchObject({
      threshold: 2,
      threshold_from: 'option',
    });
  });

  it('by Autodeploy’s rule is fed numbers from 0 to 1, and its threshold is 1.01 times the largest error', async () => {
    const cwd = folder(given);
    const { report } = await driftIn(cwd, { detector: { model: 'swap.onnx', compat: 'autodeploy' } });
    const scale = (name: 'a' | 'b') => {
      const values = before[name] as number[];
      const low = Math.min(...values);
      const range = Math.max(...values) - low;
      return (value: number) => (value - low) / range;
    };
    const [a, b] = [scale('a'), scale('b')];
    const errors = (table: Table) =>
      (table['a'] as number[]).map((x, i) => {
        const [u, v] = [a(x), b((table['b'] as number[])[i]!)];
        return (Math.abs(u - 0.9 * v) + Math.abs(v - 0.9 * u)) / 2;
      });
    const threshold = 1.01 * Math.max(...errors(before));
    const { autodeploy } = report.multivariate!.detector!;
    expect(autodeploy!.threshold).toBeCloseTo(threshold, 5);
    expect(autodeploy!.rows_over).toBe(errors(same).filter((error) => error > threshold).length);
  });

  it('that gives one error a row has no columns to name', async () => {
    const model = writeLinearRegression({ features: ['a', 'b'], weights: [1, -1], intercept: 5 });
    const cwd = folder({ ...files, 'error.onnx': model });
    const { report } = await driftIn(cwd, { current: 'apart.csv', detector: { model: 'error.onnx' } });
    expect(report.multivariate!.detector).toMatchObject({ drifted: true, attribution: [] });
    expect(report.multivariate!.outliers!.rows[0]!.columns).toEqual([]);
  });

  it('that could mean either, or wants other columns, is a clear error', async () => {
    const narrow = writeLinearRegression({ features: ['a'], weights: [1], intercept: 0 });
    const cwd = folder({ ...files, 'narrow.onnx': narrow, 'swap.onnx': swap({ 'mlops.threshold': 'high' }) });
    const fails = (detector: JsonObject, message: string) =>
      expect(driftIn(cwd, { detector })).rejects.toThrow(message);
    await fails(
      { model: 'narrow.onnx' },
      'cannot tell whether output "value" of narrow.onnx is a reconstruction or an error',
    );
    await fails({ model: 'narrow.onnx', output: 'no' }, 'has no float output "no"');
    await fails({ model: 'swap.onnx' }, 'names "high" as its mlops.threshold, which is no number');
    await fails({ model: 'swap.onnx', features: ['a', 'x'] }, 'wants column "x"');
    await fails(
      { model: 'swap.onnx', gives: 'error', threshold: 1 },
      'gives 2 numbers a row where one error is expected',
    );
    await fails({ model: 'gone.onnx' }, 'model gone.onnx does not exist');
  });

  it('is a dep, and so are weights beside it', () => {
    const options = { reference: 'a.csv', current: 'b.csv', model: 'm.onnx', detector: { model: 'd.onnx' } };
    expect(planDrift(options, { local: 'watch' }).reads).toEqual(['a.csv', 'b.csv', 'm.onnx', 'd.onnx']);
    const models = join(import.meta.dirname, '../../../fixtures/ml/models');
    expect(discoverDrift({ detector: { model: 'external.onnx' } }, models)).toEqual(['external.weights']);
    expect(discoverDrift({ detector: { model: 'gone.onnx' } }, models)).toBeUndefined();
  });
});

describe('outlier rows', () => {
  it('of several files and a filter are named by file and the row in it', async () => {
    const odd = { ...same, b: (same['b'] as number[]).map((value, i) => (i === 9 ? 9 : value)) };
    const cwd = folder({ ...files, 'one.csv': csvOf(tableOf(50, 0.9, 5)), 'two.csv': csvOf(odd) });
    const rowsOf = async (current: JsonObject | readonly string[]) =>
      (await driftIn(cwd, { current: current as never })).report.multivariate!.outliers!.rows;
    expect((await rowsOf(['one.csv', 'two.csv']))[0]).toMatchObject({
      row: 60,
      file: 'two.csv',
      row_in_file: 10,
    });
    const [filtered] = await rowsOf({ path: ['one.csv', 'two.csv'], where: 'b > 0' });
    expect(filtered).toMatchObject({ file: 'two.csv', row_in_file: 10 });
    expect(filtered!.row).toBeLessThan(60);
  });
});
