// `smoke:` tries a model as it will be served, before it is.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const MODELS = resolve(import.meta.dirname, '../../fixtures/ml/models');
const FEATURES = ['temp', 'wind', 'hour'];
const TRIED = { model: 'models/forest-zipmap.onnx', data: 'rows.csv', features: FEATURES };

async function rigWith(stages: object, ...files: readonly string[]): Promise<Rig> {
  const rig = await openRig();
  mkdirSync(join(rig.path, 'models'));
  copyFileSync(join(MODELS, 'rows.csv'), join(rig.path, 'rows.csv'));
  for (const file of files) copyFileSync(join(MODELS, file), join(rig.path, 'models', file));
  rig.write({ 'pipeline.yaml': { stages } });
  return rig;
}

interface Found {
  readonly check: string;
  readonly status: string;
}
const statuses = (rig: Rig): { readonly [check: string]: string } => {
  const { findings } = JSON.parse(rig.read('reports/try.json')) as { readonly findings: Found[] };
  return Object.fromEntries(findings.map(({ check, status }) => [check, status]));
};

describe('a model that is fit to be served', () => {
  it('loads, answers, answers one by one as together and as evaluate did, within its limits', async () => {
    const limits = { load: '60s', latency: '10s', memory: '4GiB', size: '1MiB' };
    const rig = await rigWith(
      {
        judge: {
          evaluate: { ...TRIED, target: 'busy', positive: 'yes', save_predictions: true },
        },
        try: {
          smoke: { ...TRIED, expected: 'reports/judge.predictions.parquet', limits },
        },
      },
      'forest-zipmap.onnx',
    );
    expectExit(await rig.mlops('repro'), 0);
    expect(statuses(rig)).toEqual({
      size: 'pass',
      answers: 'pass',
      one_by_one: 'pass',
      expected: 'pass',
      load: 'pass',
      latency: 'pass',
      memory: 'pass',
    });
    const report = rig.read('reports/try.json');
    // What it measured of the moment is in no out: trying again gives the same bytes.
    expectExit(await rig.mlops('repro', '--force', 'try'), 0);
    expect(rig.read('reports/try.json')).toBe(report);
    expect(words(await rig.mlops('logs', 'try'))).toMatch(/loaded in \d+ ms · a row takes [\d.]+ ms/);
  });
});

describe('a model that is not', () => {
  it('answers otherwise than it did: the gate says no', async () => {
    const rig = await rigWith(
      {
        judge: { evaluate: { ...TRIED, target: 'busy', positive: 'yes', save_predictions: true } },
        try: {
          smoke: { ...TRIED, model: 'models/vote-text.onnx', expected: 'reports/judge.predictions.parquet' },
        },
      },
      'forest-zipmap.onnx',
      'vote-text.onnx',
    );
    const refused = expectExit(await rig.mlops('repro'), 3);
    expect(statuses(rig)['expected']).toBe('fail');
    expect(words(refused)).toMatch(
      /answers to reports\/judge\.predictions\.parquet differ by at most 0\.\d+/,
    );
  });

  it('is too large: the gate says no, with both sizes', async () => {
    const rig = await rigWith(
      { try: { smoke: { ...TRIED, limits: { size: '1kB' } } } },
      'forest-zipmap.onnx',
    );
    expect(words(expectExit(await rig.mlops('repro'), 3))).toContain('8.6 kB, allowed 1.0 kB');
  });

  it('is too slow: the stage fails and nothing is recorded, as the next try may be quicker', async () => {
    const rig = await rigWith(
      { try: { smoke: { ...TRIED, limits: { latency: '0ms' } }, retries: 1 } },
      'forest-zipmap.onnx',
    );
    const failed = expectExit(await rig.mlops('repro'), 1);
    expect(words(failed)).toMatch(/takes for a row [\d.]+ ms, allowed 0\.00 ms/);
  });

  it('cannot be loaded: says why', async () => {
    const rig = await rigWith({ try: { smoke: { ...TRIED, model: 'models/rows.onnx' } } });
    copyFileSync(join(MODELS, 'rows.csv'), join(rig.path, 'models/rows.onnx'));
    expect(words(expectExit(await rig.mlops('repro'), 4))).toContain('is not an ONNX model');
  });

  it('has limits that are none: said before anything runs', async () => {
    const rig = await rigWith({ try: { smoke: { ...TRIED, limits: { size: 'big', load: 'soon' } } } });
    const refused = words(expectExit(await rig.mlops('repro'), 4));
    expect(refused).toContain('"big" is no size');
    expect(refused).toContain('"soon" is no duration');
  });
});
