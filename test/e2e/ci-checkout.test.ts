// `mlops ci run` on whatever a host checks out: one commit, a merge, no branch, a tag, nothing before it.
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { onGithub, pullOf } from './ci-host.ts';
import { expectExit } from './story.ts';

const TRAIN = (accuracy: number): string =>
  `require('fs').writeFileSync('metrics.json', '{"accuracy": ${accuracy}}')`;

interface Hub {
  readonly rig: Rig;
  readonly base: string;
  readonly head: string;
  readonly merge: string;
  readonly path: string;
}

/** main and topic have each gone forty commits from where they parted; `merge` is what the host made of both. */
async function openHub(): Promise<Hub> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': {
      stages: {
        train: { cmd: 'node train.cjs', deps: ['train.cjs'], metrics: ['metrics.json'] },
      },
    },
    'train.cjs': TRAIN(0.5),
    'params.yaml': 'x: 1\n',
  });
  expectExit(await rig.mlops('repro'), 0);
  const base = await rig.commit('base');
  await rig.git('checkout', '-qb', 'topic');
  rig.write({ 'train.cjs': TRAIN(0.75) });
  await rig.commit('topic');
  await grow(rig, 40);
  const head = (await rig.git('rev-parse', 'HEAD')).trim();
  await rig.git('checkout', '-q', 'main');
  rig.write({ 'other.txt': 'x' });
  await rig.commit('other');
  await grow(rig, 40);
  await rig.git('checkout', '-q', '--detach');
  await rig.git('merge', '-q', '--no-ff', '-m', 'Merge topic into main', 'topic');
  const merge = (await rig.git('rev-parse', 'HEAD')).trim();
  await rig.git('update-ref', 'refs/pull/7/merge', merge);
  await rig.git('tag', 'v1', 'main');
  return { rig, base, head, merge, path: rig.path };
}

async function grow(rig: Rig, commits: number): Promise<void> {
  await rig.run('sh', '-c', `for i in $(seq ${commits}); do git commit -q --allow-empty -m $i; done`);
}

/** As actions/checkout leaves it: one commit, no branch but the remote's of the event. */
async function checkOut({ rig, path }: Hub, commit: string): Promise<Rig> {
  const clone = await rig.clone('checkout');
  await clone.run('rm', '-rf', '.git', '.rig', 'metrics.json', 'train.cjs', 'other.txt');
  await clone.git('init', '-q', '-b', 'none');
  clone.prepare();
  await clone.git('remote', 'add', 'origin', `file://${path}`);
  await clone.git('fetch', '-q', '--no-tags', '--depth=1', 'origin', commit);
  await clone.git('checkout', '-q', '--force', '--detach', 'FETCH_HEAD');
  return clone;
}

function recordOf(rig: Rig) {
  return JSON.parse(rig.read('mlops-report/ci.json'));
}

describe('mlops ci run in a clone of one commit', () => {
  it('compares a merge that the host made with its base, and tells of the head', async () => {
    const hub = await openHub();
    const clone = await checkOut(hub, hub.merge);
    const main = (await hub.rig.git('rev-parse', 'main')).trim();
    const { env } = onGithub(clone, 'pull_request', pullOf(hub.head, main), { GITHUB_REF_NAME: '7/merge' });
    expectExit(await clone.mlopsWith({ env }, 'ci', 'run'), 0);
    const { view, context } = recordOf(clone);
    expect([view.against, context.head]).toEqual([{ name: 'main', commit: main }, hub.head]);
    expect([view.at, view.commit]).toEqual(['topic', hub.head]);
    expect(view.changes.metrics).toMatchObject([{ key: 'accuracy', was: 0.5, now: 0.75 }]);
  });

  it('fetches as much of history as it takes to find where the branch began', async () => {
    const hub = await openHub();
    const clone = await checkOut(hub, hub.head);
    const main = (await hub.rig.git('rev-parse', 'main')).trim();
    const { env } = onGithub(clone, 'pull_request', pullOf(hub.head, main));
    expectExit(await clone.mlopsWith({ env }, 'ci', 'run'), 0);
    expect(recordOf(clone).view.against).toEqual({ name: 'main', commit: hub.base });
  });

  it('reports all the same where nothing can be fetched, and says what to check out', async () => {
    const hub = await openHub();
    const clone = await checkOut(hub, hub.head);
    await clone.git('remote', 'remove', 'origin');
    const main = (await hub.rig.git('rev-parse', 'main')).trim();
    const { env } = onGithub(clone, 'pull_request', pullOf(hub.head, main));
    expectExit(await clone.mlopsWith({ env }, 'ci', 'run'), 0);
    const { view } = recordOf(clone);
    expect(view.against).toBeNull();
    expect(view.run.notes.join('\n')).toContain('check out all of history: fetch-depth: 0');
    expect(clone.read('mlops-report/comment.md')).toContain('fetch-depth: 0');
  });

  it('compares a push with what was there before, and a tag with the commit before it', async () => {
    const hub = await openHub();
    const main = (await hub.rig.git('rev-parse', 'main')).trim();
    const clone = await checkOut(hub, main);
    const push = {
      ref: 'refs/heads/main',
      before: hub.base,
      after: main,
      repository: { default_branch: 'main' },
    };
    const pushed = onGithub(clone, 'push', push, { GITHUB_SHA: main });
    expectExit(await clone.mlopsWith({ env: pushed.env }, 'ci', 'run'), 0);
    expect(recordOf(clone).view.against).toEqual({ name: hub.base.slice(0, 7), commit: hub.base });
    const tag = { ref: 'refs/tags/v1', before: '0'.repeat(40), after: main };
    const words = {
      GITHUB_SHA: main,
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1',
      GITHUB_REF_PROTECTED: 'false',
    };
    const tagged = onGithub(clone, 'push', tag, words);
    expectExit(await clone.mlopsWith({ env: tagged.env }, 'ci', 'run'), 0);
    const { view, context } = recordOf(clone);
    expect(view.against.commit).toBe((await hub.rig.git('rev-parse', 'main~1')).trim());
    expect([view.commit, context.branch]).toEqual([main, undefined]);
  });
});

it('mlops ci run reports a first commit, and a repository without one', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': {
      stages: { train: { cmd: 'node train.cjs', deps: ['train.cjs'], metrics: ['metrics.json'] } },
    },
    'train.cjs': TRAIN(0.5),
  });
  expectExit(await rig.mlops('ci', 'run'), 0);
  expect(rig.read('mlops-report/comment.md')).toContain('there is no commit yet: nothing to compare with');
  const first = await rig.commit('first');
  const { env } = onGithub(rig, 'push', { before: '0'.repeat(40), after: first }, { GITHUB_SHA: first });
  expectExit(await rig.mlopsWith({ env }, 'ci', 'run'), 0);
  expect(rig.read('mlops-report/comment.md')).toContain('this is the first commit: nothing to compare with');
  expect(recordOf(rig)).toMatchObject({ state: 'done', exit: 'ok', view: { against: null } });
});

it('mlops ci run runs experiments, and leaves a report of them', async () => {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': {
      stages: { train: { cmd: 'node train.cjs', params: ['x'], metrics: ['metrics.json'] } },
    },
    'train.cjs': `const x = /x: (\\d+)/.exec(require('fs').readFileSync('params.yaml', 'utf8'))[1];
require('fs').writeFileSync('metrics.json', JSON.stringify({ accuracy: x / 10 }));`,
    'params.yaml': 'x: 1\n',
  });
  expectExit(await rig.mlops('repro'), 0);
  await rig.commit('base');
  const { env } = onGithub(rig, 'workflow_dispatch', { repository: { default_branch: 'main' } });
  const line = 'exp run --isolated -S x=7 --name seven';
  expectExit(await rig.mlopsWith({ env }, 'ci', 'run', '--command', line), 0);
  expect((await rig.mlops('exp', 'list')).stdout).toContain('seven');
  expect(recordOf(rig).view.run).toMatchObject({ command: line, exit: 'ok' });
  expect(rig.read('params.yaml')).toBe('x: 1\n');
});

it('mlops ci run hands on no more metrics than a step can be given', async () => {
  const rig = await openRig();
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`metric_${at}`, at]));
  rig.write({
    'pipeline.yaml': {
      stages: { train: { cmd: 'cp all.json metrics.json', deps: ['all.json'], metrics: ['metrics.json'] } },
    },
    'all.json': { accuracy: 0.5, 'f1.macro': 0.25, classes: { a: 1, b: 2 }, ...many },
  });
  await rig.commit('first');
  const step = onGithub(rig, 'push', {});
  expectExit(await rig.mlopsWith({ env: step.env }, 'ci', 'run'), 0);
  const [, json] = /^metrics<<(?:\w+)\n(.*)$/m.exec(step.read('output')) ?? [];
  const metrics: { key: string }[] = JSON.parse(json!);
  expect(metrics.slice(0, 3).map(({ key }) => key)).toEqual(['accuracy', 'f1.macro', 'metric_0']);
  expect(json!.length).toBeLessThan(70_000);
  expect(recordOf(rig).view.run.notes).toContain(
    `the output metrics holds the first ${metrics.length} of 5002`,
  );
});
