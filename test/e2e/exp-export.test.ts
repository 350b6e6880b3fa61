// `mlops exp export`: what a stage logged, in the files of TensorBoard and MLflow. The real tools read them in
// test/integration/exports.test.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { loggedExperiment, TRAINING } from './logged-experiment.ts';
import { expectExit, repro } from './story.ts';

async function trained(): Promise<Rig> {
  const rig = await openRig();
  rig.write(TRAINING);
  await repro(rig);
  await rig.commit('first');
  return rig;
}

const json = async (rig: Rig, ...args: readonly string[]): Promise<unknown> =>
  JSON.parse(expectExit(await rig.mlops('exp', 'export', ...args, '--json'), 0).stdout);

describe('exp export', () => {
  it('writes all experiments, the same bytes each time', async () => {
    const rig = await trained();
    await loggedExperiment(rig, 'calm-otter', 2);
    await loggedExperiment(rig, 'keen-falcon', 3);
    const said = expectExit(await rig.mlops('exp', 'export', 'tensorboard'), 0);
    expect(said.stdout).toBe('wrote 2 experiments to runs\nnext: tensorboard --logdir runs\n');
    const files = contents(rig, 'runs');
    expect([...files.keys()]).toEqual([
      '.gitignore',
      'calm-otter/events.out.tfevents.mlops',
      'events.out.tfevents.mlops',
      'keen-falcon/events.out.tfevents.mlops',
    ]);
    await rig.mlops('exp', 'export', 'tensorboard');
    expect(contents(rig, 'runs')).toEqual(files);
    expect(await rig.git('status', '--porcelain')).toBe('');
  });

  it('writes one for MLflow: its params, metrics by step, artifacts', async () => {
    const rig = await trained();
    const commit = await loggedExperiment(rig, 'calm-otter', 2);
    await loggedExperiment(rig, 'keen-falcon', 3);
    const said = expectExit(await rig.mlops('exp', 'export', 'mlflow', 'calm-otter', '-o', 'out/ml'), 0);
    expect(said.stdout).toMatch(
      /^wrote 1 experiment to out\/ml\nnext: .*mlflow ui --backend-store-uri out\/ml\n$/,
    );
    const [id] = readdirSync(join(rig.path, 'out/ml')).filter((name) => name !== '.gitignore');
    const run = `out/ml/${id}/${commit.slice(0, 32)}`;
    expect(rig.read(`${run}/params/train.rate`)).toBe('2');
    expect(rig.read(`${run}/metrics/train/loss`)).toBe(
      '1767323047345 0.5 0\n1767323047345 nan 1\n1767323047345 0.25 2\n',
    );
    expect(rig.read(`${run}/metrics/best`)).toBe('1767323047345 0.125 2\n');
    expect(rig.read(`${run}/tags/mlflow.user`)).toBe(
      (await rig.git('log', '-1', '--format=%an', commit)).trim(),
    );
    expect(rig.read(`${run}/tags/mlops.message`)).toBe('train.rate=2');
    expect([...contents(rig, `${run}/artifacts`).keys()]).toEqual([
      'metrics/train.json',
      'metrics/train.jsonl',
      'pipeline.lock',
    ]);
    expect(rig.read(`out/ml/${id}/meta.yaml`)).toContain('name: "repo"\n');
  });

  it('of one refreshes those that are there, so that the table has the columns of all', async () => {
    const rig = await trained();
    for (const name of ['calm-otter', 'keen-falcon', 'wild-heron']) await loggedExperiment(rig, name, 2);
    const names = async (...args: readonly string[]) =>
      ((await json(rig, 'tensorboard', ...args)) as { experiments: { name: string }[] }).experiments.map(
        ({ name }) => name,
      );
    expect(await names('calm-otter')).toEqual(['calm-otter']);
    expect(await names('keen-falcon')).toEqual(['calm-otter', 'keen-falcon']);
  });

  it('tells files and baselines apart that have one name, and reads from the store what Git does not keep', async () => {
    const rig = await trained();
    rig.write({
      'pipeline.yaml': `${TRAINING['pipeline.yaml']}  judge:
    cmd: |
      echo '{"loss": 1}' > a.json; echo '{"loss": 2}' > b.json; echo '{"error": 3}' > more.jsonl
    deps: [params.yaml]
    outs: [more.jsonl]
    metrics: [a.json, b.json]
`,
    });
    await repro(rig);
    const first = await rig.commit('second');
    await loggedExperiment(rig, 'calm-otter', 2);
    await rig.git('commit', '-q', '--allow-empty', '-m', 'third');
    await loggedExperiment(rig, 'Calm-Otter', 3);
    const { experiments } = (await json(rig, 'mlflow')) as {
      experiments: { name: string; commit: string }[];
    };
    expect(experiments.map(({ name }) => name)).toContain(`calm-otter-${first.slice(0, 7)}`);
    expect(new Set(experiments.map(({ name }) => name.toLowerCase())).size).toBe(2);
    const [id] = readdirSync(join(rig.path, 'mlruns')).filter((name) => name !== '.gitignore');
    const metrics = contents(rig, `mlruns/${id}/${experiments[0]!.commit.slice(0, 32)}/metrics`);
    expect([...metrics.keys()]).toEqual(['a/loss', 'b/loss', 'best', 'error', 'train/loss']);
  });

  it('without experiments says so, and makes nothing', async () => {
    const rig = await trained();
    expect(expectExit(await rig.mlops('exp', 'export', 'mlflow'), 0).stdout).toContain('no experiments yet');
    expect(await json(rig, 'mlflow')).toMatchObject({ experiments: [] });
    expect(existsSync(join(rig.path, 'mlruns'))).toBe(false);
  });

  it('refuses what it does not know, and a folder that is a file', async () => {
    const rig = await trained();
    await loggedExperiment(rig, 'calm-otter', 2);
    for (const [args, exit, words] of [
      [['wandb'], 2, 'tensorboard'],
      [['mlflow', 'calm-oter'], 4, 'did you mean calm-otter?'],
      [['mlflow', '-o', 'pipeline.yaml'], 4, 'pipeline.yaml'],
    ] as const) {
      const ended = await rig.mlops('exp', 'export', ...args);
      expect({ exit: ended.exit, stderr: ended.stderr }).toEqual({
        exit,
        stderr: expect.stringContaining(words),
      });
    }
  });
});

function contents(rig: Rig, folder: string): Map<string, string> {
  return new Map(
    rig
      .files()
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => [path.slice(folder.length + 1), readFileSync(join(rig.path, path), 'hex')]),
  );
}
