// What a schedule watches for, and the pictures of a job, through the program.
import { expect, it } from 'vitest';
import { writeLogisticRegression } from '../../src/ml/onnx/write.ts';
import { type GithubStandIn, openGithub } from '../forge/github.ts';
import { openRig, type Rig } from '../rig.ts';
import { onGithub, pullOf } from './ci-host.ts';
import { expectExit } from './story.ts';

/** `x > 0.5` is yes, or no. */
function table(yes: 'yes' | 'no'): string {
  const rows = Array.from({ length: 400 }, (_, row) => {
    const x = ((row * 37) % 400) / 400;
    return `${x},${x > 0.5 ? yes : yes === 'yes' ? 'no' : 'yes'}`;
  });
  return `x,busy\n${rows.join('\n')}\n`;
}

const WATCH = {
  reference: 'before.csv',
  current: 'now.csv',
  model: 'model.onnx',
  target: 'busy',
  positive: 'yes',
};

async function openWatch(): Promise<{ rig: Rig; github: GithubStandIn; env: { [name: string]: string } }> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': { stages: { watch: { drift: WATCH } } },
    'before.csv': table('yes'),
    'now.csv': table('no'),
    'model.onnx': writeLogisticRegression({
      features: ['x'],
      labels: ['no', 'yes'],
      weights: [[0, 9]],
      intercepts: [0, -4.5],
    }),
  });
  await rig.commit('main');
  const github = await openGithub();
  const api = {
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'octo/weather',
    MLOPS_CI_TOKEN: github.token,
  };
  return { rig, github, env: onGithub(rig, 'schedule', {}, api).env };
}

it('mlops ci on a schedule opens an issue while drift asks for a new model, and closes it after', async () => {
  const { rig, github, env } = await openWatch();
  const ci = (runId: string) =>
    rig.mlopsWith({ env: { ...env, GITHUB_RUN_ID: runId } }, 'ci', '--issue', 'drift', '--fail-on', 'drift');
  const opened = expectExit(await ci('1'), 3);
  expect(opened.stdout).toContain('issue #1 created');
  expect(github.state.issues[0]).toMatchObject({
    state: 'open',
    title: expect.stringContaining('Drift: retrain, says watch'),
  });
  expect(github.state.issues[0]!.body).toMatch(/retrain|block/i);

  const again = expectExit(await ci('2'), 3);
  expect(again.stdout).toContain('issue #1 updated');
  expect(github.state.issues[0]!.body).toContain('actions/runs/2');

  rig.write({ 'now.csv': table('yes') });
  expectExit(await ci('3'), 0);
  expect(github.state.issues.map(({ state }) => state)).toEqual(['closed']);
  expect(github.state.comments.map(({ on }) => on)).toEqual([1]);
  // What a failed job would say is nothing.
  rig.write({ 'now.csv': null });
  expectExit(await ci('4'), 5);
  expect(github.state.issues).toHaveLength(1);
});

const HISTORY = (slow: number): string =>
  Array.from({ length: 30 }, (_, step) => JSON.stringify({ step, loss: Math.exp(-step / slow) })).join('\n');

it('puts pictures into a ref that a comment can show, leaves them among the files, or draws none', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': { stages: {}, plots: [{ Loss: { y: { 'a.jsonl': 'loss' } } }] },
    'a.jsonl': HISTORY(10),
  });
  const base = await rig.commit('main');
  await rig.git('checkout', '-qb', 'topic');
  rig.write({ 'a.jsonl': HISTORY(20) });
  const head = await rig.commit('topic');
  const hub = rig.beside('hub.git');
  await rig.git('clone', '-q', '--bare', '.', hub);
  await rig.git('remote', 'add', 'origin', hub);
  const github = await openGithub({ bare: hub });
  const { number } = github.openPull({ head: { repository: 'octo/weather', branch: 'topic', sha: head } });
  const { env } = onGithub(
    rig,
    'pull_request',
    pullOf(head, base, 'octo/weather', { number, into: 'octo/weather' }),
    {
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'octo/weather',
      MLOPS_CI_TOKEN: github.token,
    },
  );
  const ref = `refs/mlops/ci/mlops/pull/${number}`;
  const refs = () => rig.git('-C', hub, 'for-each-ref', '--format=%(refname)', 'refs/mlops');

  expectExit(await rig.mlopsWith({ env }, 'ci', '--images', 'none'), 0);
  expect(rig.files().filter((file) => file.endsWith('.png'))).toEqual([]);
  expect(github.state.comments[0]!.body).not.toContain('.png');

  expectExit(await rig.mlopsWith({ env }, 'ci'), 0);
  expect(github.state.comments[0]!.body).toContain('.png');
  expect(await refs()).toBe('');

  expectExit(await rig.mlopsWith({ env }, 'ci', '--images', 'git'), 0);
  expect(await refs()).toBe(`${ref}\n`);
  const commit = (await rig.git('-C', hub, 'rev-parse', ref)).trim();
  const shown = [
    ...github.state.comments[0]!.body.matchAll(
      /https:\/\/github\.com\/octo\/weather\/raw\/(\w+)\/([\w.-]+\.png)/g,
    ),
  ];
  expect(shown).toHaveLength(1);
  const [[, at, name]] = shown as unknown as [[string, string, string]];
  expect(at).toBe(commit);
  expect(await rig.git('-C', hub, 'ls-tree', '--name-only', commit)).toBe(`${name}\n`);
  expectExit(await rig.mlopsWith({ env }, 'ci', '--images', 'git'), 0);
  expect((await rig.git('-C', hub, 'rev-parse', ref)).trim()).toBe(commit);
});
