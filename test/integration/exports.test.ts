// Exports as the tools that they are for read them: TensorBoard's server, both of its loaders, and MLflow's client.
// MLOPS_PYTHON names the interpreter (default python3).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedRun, metricPoints } from '../../src/interop/exported.ts';
import { experimentFor } from '../../src/interop/mlflow/experiment.ts';
import { keyOf } from '../../src/interop/mlflow/names.ts';
import { placeRuns } from '../../src/interop/mlflow/place.ts';
import { placeFiles } from '../../src/interop/place.ts';
import { tensorboardFiles } from '../../src/interop/tensorboard/write.ts';
import { loggedExperiment, TRAINING } from '../e2e/logged-experiment.ts';
import { expectExit, repro } from '../e2e/story.ts';
import { FALCON, OTTER } from '../interop/runs.ts';
import { openRig } from '../rig.ts';

const PYTHON = process.env['MLOPS_PYTHON'] ?? 'python3';
const packages = readFileSync(
  resolve(import.meta.dirname, '../../fixtures/python/requirements-exports.txt'),
  'utf8',
)
  .trim()
  .split('\n');
const hint = `${PYTHON} -m pip install ${packages.join(' ')}`;
const has = (module: string): boolean => spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0;
const [hasTensorboard, hasMlflow] = [has('tensorboard'), has('mlflow')];
if (!hasTensorboard) console.warn(`skipped: ${PYTHON} lacks tensorboard: ${hint}`);
if (!hasMlflow) console.warn(`skipped: ${PYTHON} lacks mlflow: ${hint}`);

const RUNS = [OTTER, FALCON];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlops-exports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read<T>(script: string, ...args: readonly string[]): T {
  const { status, stdout, stderr } = spawnSync(PYTHON, [join(import.meta.dirname, script), ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

interface Board {
  readonly scalars: { readonly [run: string]: { readonly [tag: string]: readonly unknown[] } };
  readonly text: { readonly [run: string]: { readonly [tag: string]: readonly { readonly text: string }[] } };
  readonly columns: {
    readonly hparamInfos: readonly {
      readonly name: string;
      readonly type: string;
      readonly differs: boolean;
    }[];
    readonly metricInfos: readonly { readonly name: { readonly tag: string } }[];
  };
  readonly sessions: readonly {
    readonly name: string;
    readonly hparams: object;
    readonly metricValues: readonly { readonly name: { readonly tag: string }; readonly value: unknown }[];
    readonly sessions: readonly object[];
  }[];
}

describe.skipIf(!hasTensorboard)(`TensorBoard (needs: ${hint})`, () => {
  const points = RUNS.flatMap((run) => [...metricPoints(run).values()].flat()).length;

  it.each(['true', 'false'])('shows every value, with --load_fast=%s', (loadFast) => {
    const logdir = join(folder, `logdir-${loadFast}`);
    placeFiles(logdir, tensorboardFiles(RUNS));
    const board = read<Board>('read-tensorboard.py', logdir, loadFast, String(points));
    expect(board.scalars).toEqual(Object.fromEntries(RUNS.map((run) => [run.name, scalarsOf(run)])));
    expect(board.columns.hparamInfos.map(({ name, type, differs }) => [name, type, differs]).sort()).toEqual([
      ['more.yaml:a b', 'DATA_TYPE_STRING', false],
      ['train.layers', 'DATA_TYPE_STRING', false],
      ['train.model', 'DATA_TYPE_STRING', true],
      ['train.rate', 'DATA_TYPE_FLOAT64', false],
      ['train.seed', 'DATA_TYPE_STRING', false],
      ['train.trees', 'DATA_TYPE_FLOAT64', true],
      ['train.warm', 'DATA_TYPE_BOOL', false],
    ]);
    const columns = ['acc@5%', 'accuracy', 'final/best', 'train/loss'];
    expect(board.columns.metricInfos.map(({ name }) => name.tag)).toEqual(columns);
    expect(board.sessions.map(({ name }) => name).sort()).toEqual(['calm-otter', 'on']);
    for (const run of RUNS) {
      const row = board.sessions.find(({ name }) => name === run.name)!;
      expect(row.hparams).toEqual(hparamsOf(run));
      expect(row.sessions).toMatchObject([
        {
          startTimeSecs: run.started / 1000,
          endTimeSecs: (run.started + run.ms) / 1000,
          status: 'STATUS_SUCCESS',
        },
      ]);
      const last = new Map([...metricPoints(run)].map(([name, all]) => [name, shown(all.at(-1)!.value)]));
      expect(Object.fromEntries(row.metricValues.map(({ name, value }) => [name.tag, value]))).toEqual(
        Object.fromEntries(columns.filter((name) => last.has(name)).map((name) => [name, last.get(name)])),
      );
    }
    expect(board.text['calm-otter']!['params/text_summary']![0]!.text).toContain(
      '<td>train.trees</td>\n<td>200</td>',
    );
    expect(board.text['on']!['experiment/text_summary']![0]!.text).toContain('<td>a gate said no</td>');
  });

  const scalarsOf = (run: ExportedRun) =>
    Object.fromEntries(
      [...metricPoints(run)].map(([name, all]) => [
        name,
        all.map(({ step, value }) => [(run.started + run.ms) / 1000, step, shown(value)]),
      ]),
    );
  /** TensorBoard keeps float32. */
  const shown = (value: number): unknown => (Number.isFinite(value) ? Math.fround(value) : String(value));
  /** What is a number in one run and text in another is text. */
  const hparamsOf = ({ params }: ExportedRun) =>
    Object.fromEntries(
      [...params].map(([name, value]) => {
        if (name === 'train.model') return [name, String(value)];
        return [name, typeof value === 'object' ? JSON.stringify(value) : value];
      }),
    );
});

interface Mlflow {
  readonly experiments: readonly string[];
  readonly runs: { readonly [name: string]: object };
  readonly count: number;
  readonly found: readonly string[];
}

describe.skipIf(!hasMlflow)(`MLflow (needs: ${hint})`, () => {
  it('reads every value', () => {
    const dir = join(folder, 'mlruns');
    placeRuns(dir, experimentFor(dir, 'weather'), RUNS);
    const filter = "metrics.accuracy > 0.9 and params.`train.trees` = '200'";
    const read1 = read<Mlflow>('read-mlflow.py', dir, filter);
    expect(read1.experiments).toEqual(['weather']);
    expect(read1.found).toEqual(['calm-otter']);
    expect(read1.runs).toEqual(Object.fromEntries(RUNS.map((run) => [run.name, runOf(run)])));
  });

  it('reads what the program wrote, once however often', async () => {
    const rig = await openRig();
    rig.write(TRAINING);
    await repro(rig);
    await rig.commit('first');
    await loggedExperiment(rig, 'calm-otter', 2);
    await loggedExperiment(rig, 'keen-falcon', 3);
    for (const names of [['calm-otter'], [], ['keen-falcon']])
      expectExit(await rig.mlops('exp', 'export', 'mlflow', ...names), 0);
    const { count, runs, found } = read<Mlflow>(
      'read-mlflow.py',
      join(rig.path, 'mlruns'),
      'metrics.best > 0.1',
    );
    expect({ count, found }).toEqual({ count: 2, found: ['calm-otter'] });
    expect(runs['keen-falcon']).toMatchObject({
      params: { 'train.rate': '3', 'train.model': 'forest' },
      metrics: {
        'train/loss': [
          [1767323047345, '0.3333333333333333', 0],
          [1767323047345, 'nan', 1],
          [1767323047345, '0.16666666666666666', 2],
        ],
        best: [[1767323047345, '0.08333333333333333', 2]],
      },
      artifacts: { 'metrics/train.json': rigSummary(1 / 3) },
    });
  });

  const rigSummary = (inverse: number): string =>
    `{\n  "best": ${inverse / 4},\n  "train": {\n    "loss": ${inverse / 2}\n  }\n}\n`;

  const runOf = (run: ExportedRun) => {
    const points = [...metricPoints(run)];
    const python = (value: number): string =>
      Number.isFinite(value)
        ? Number.isInteger(value)
          ? `${value}.0`
          : String(value)
        : { NaN: 'nan', Infinity: 'inf' }[String(value)]!;
    return {
      id: run.commit.slice(0, 32),
      status: 'FINISHED',
      start: run.started,
      end: run.started + run.ms,
      user: run.user,
      params: Object.fromEntries(
        [...run.params].map(([name, value]) => [
          keyOf(name),
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
      tags: {
        'mlflow.runName': run.name,
        'mlflow.source.git.commit': run.commit,
        'mlflow.source.type': 'LOCAL',
        'mlflow.user': run.user,
        'mlops.baseline': run.baseline,
        'mlops.ended': run.ended,
        'mlops.message': run.message,
      },
      last: Object.fromEntries(points.map(([name, all]) => [keyOf(name), python(all.at(-1)!.value)])),
      metrics: Object.fromEntries(
        points.map(([name, all]) => [
          keyOf(name),
          all.map(({ step, value }) => [run.started + run.ms, python(value), step]),
        ]),
      ),
      artifacts: Object.fromEntries(
        [...run.artifacts].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]),
      ),
    };
  };
});
