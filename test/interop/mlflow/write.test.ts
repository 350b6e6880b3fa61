// The files of MLflow runs; that MLflow reads them is test/integration/exports.test.ts.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { experimentFor } from '../../../src/interop/mlflow/experiment.ts';
import { keyOf, keysOf, numberText } from '../../../src/interop/mlflow/names.ts';
import { placeRuns } from '../../../src/interop/mlflow/place.ts';
import { mlflowFiles } from '../../../src/interop/mlflow/write.ts';
import { FALCON, OTTER } from '../runs.ts';

describe('names', () => {
  it.each([
    ['train/loss', 'train/loss'],
    ['acc@5 %', 'acc_5 _'],
    ['more.yaml:a.b', 'more.yaml/a.b'],
    ['/a//b/', 'a/b'],
    ['../..', '__/__'],
    ['précision', 'précision'],
    ['🦦', '_'],
    ['/', '_'],
  ])('%j is the key %j', (name, key) => {
    expect(keyOf(name)).toBe(key);
  });

  it('that would be one file, or a file and a folder, are told apart', () => {
    expect([...keysOf(['a@b', 'a#b', 'a_b/c', 'x/y', 'x'])]).toEqual([
      ['a@b', 'a_b'],
      ['a#b', 'a_b_2'],
      ['a_b/c', 'a_b_3/c'],
      ['x/y', 'x/y'],
      ['x', 'x_2'],
    ]);
  });
});

it.each([
  [0.1, '0.1'],
  [1e21, '1e+21'],
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
])('writes the number %s as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

it('writes a run', () => {
  const files = mlflowFiles({ id: '7', name: 'weather', root: 'file:///mlruns' }, [OTTER]);
  const run = '7/0123456789abcdef0123456789abcdef';
  expect(files.get(`${run}/metrics/train/loss`)).toBe(
    '1767323107178 0.30000000000000004 0\n1767323107178 nan 1\n1767323107178 0.25 5\n',
  );
  expect(files.get(`${run}/params/train.layers`)).toBe('[64,32]');
  expect(files.get(`${run}/params/more.yaml/a b`)).toBe('on');
  expect(files.get(`${run}/artifacts/metrics/train.json`)).toEqual(Buffer.from('{}\n'));
  expect(files.get(`${run}/meta.yaml`)).toContain(`artifact_uri: "file:///mlruns/${run}/artifacts"\n`);
});

describe('a folder of runs', () => {
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'mlops-mlflow-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return join(dir, 'mlruns');
  };

  it('takes the same runs again, over the old values and beside what people added', () => {
    const dir = folder();
    const experiment = experimentFor(dir, 'weather');
    placeRuns(dir, experiment, [OTTER, FALCON]);
    const run = join(dir, experiment.id, '0123456789abcdef0123456789abcdef');
    writeFileSync(join(dir, experiment.id, 'meta.yaml'), 'name: "weather, better known as rain"\n');
    writeFileSync(join(run, 'tags/mlflow.note.content'), 'mine');
    placeRuns(dir, experimentFor(dir, 'weather'), [
      { ...OTTER, metrics: new Map([['best/of', 1]]), histories: new Map() },
    ]);
    expect(readFileSync(join(dir, experiment.id, 'meta.yaml'), 'utf8')).toContain('rain');
    expect(readFileSync(join(run, 'tags/mlflow.note.content'), 'utf8')).toBe('mine');
    expect(readFileSync(join(run, 'metrics/best/of'), 'utf8')).toBe('1767323107178 1 0\n');
    expect(existsSync(join(run, 'metrics/accuracy'))).toBe(false);
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it("joins MLflow's own experiment of that name", () => {
    const dir = folder();
    placeRuns(dir, { id: '42', name: 'weather', root: 'file:///x' }, []);
    writeFileSync(join(dir, '42/notes'), '');
    expect(experimentFor(dir, 'weather').id).toBe('42');
    expect(experimentFor(dir, 'other').id).toMatch(/^\d{18}$/);
  });
});
