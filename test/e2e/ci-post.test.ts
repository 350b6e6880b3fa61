// `mlops ci post` against the stand-in of GitHub and a bare remote: what a job leaves behind on its host.
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type GithubStandIn, openGithub } from '../forge/github.ts';
import { openRig, type Rig } from '../rig.ts';
import { CHECK, onGithub, PIPELINE, pullOf } from './ci-host.ts';
import { expectExit } from './story.ts';

function train(accuracy: number): string {
  return `import { writeFileSync } from 'node:fs';\nwriteFileSync('metrics.json', '{"accuracy": ${accuracy}}');\n`;
}

interface World {
  readonly rig: Rig;
  readonly github: GithubStandIn;
  readonly base: string;
  readonly head: string;
  readonly env: { readonly [name: string]: string };
}

/** main has a lock; topic changed a script and has none of it yet. */
async function openWorld(from = 'octo/weather'): Promise<World> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': PIPELINE,
    'train.mjs': train(0.7),
    'check.mjs': CHECK,
    'in.csv': 'a\n1\n2\n3\n',
  });
  expectExit(await rig.mlops('repro'), 0);
  const base = await rig.commit('main');
  await rig.git('checkout', '-qb', 'topic');
  rig.write({ 'train.mjs': train(0.8) });
  const head = await rig.commit('topic');
  await rig.git('clone', '-q', '--bare', '.', rig.beside('hub.git'));
  await rig.git('remote', 'add', 'origin', rig.beside('hub.git'));
  const github = await openGithub({ bare: rig.beside('hub.git') });
  const { number } = github.openPull({ head: { repository: from, branch: 'topic', sha: head } } as never);
  const api = {
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'octo/weather',
    MLOPS_CI_TOKEN: github.token,
  };
  const payload = pullOf(head, base, from, { number, into: 'octo/weather' });
  const { env } = onGithub(rig, 'pull_request', payload, api);
  return { rig, github, base, head, env };
}

describe('mlops ci on a pull request', () => {
  it('comments, commits the lock back, and sets the status of both commits; again, it changes nothing', async () => {
    const { rig, github, base, head, env } = await openWorld();
    const page = 'https://octo.example/weather/report/index.html';
    const first = expectExit(await rig.mlopsWith({ env }, 'ci', '--commit', 'push', '--page', page), 0);
    expect(github.state.comments.map(({ body }) => body)).toEqual([expect.stringContaining('accuracy')]);
    expect(github.state.comments[0]!.body).toContain(`[Full report](<${page}>)`);
    const pushed = (await rig.git('ls-remote', 'origin', 'refs/heads/topic')).split('\t')[0]!;
    expect(pushed).not.toBe(head);
    expect(github.state.statuses).toMatchObject([
      {
        sha: head,
        context: 'mlops',
        state: 'success',
        url: 'https://github.com/octo/weather/actions/runs/77',
      },
      { sha: pushed, context: 'mlops', state: 'success' },
    ]);
    // But for the lines that make the runner hide it.
    expect((first.stdout + first.stderr).replaceAll(`::add-mask::${github.token}\n`, '')).not.toContain(
      github.token,
    );

    await rig.git('fetch', '-q', 'origin');
    await rig.git('reset', '-q', '--hard', pushed);
    expect(await rig.git('diff', '--name-only', head, pushed)).toBe('metrics.json\npipeline.lock\n');
    const number = github.state.pulls[0]!.number;
    const payload = pullOf(pushed, base, 'octo/weather', { number, into: 'octo/weather' });
    const again = onGithub(rig, 'pull_request', payload, env);
    expectExit(await rig.mlopsWith({ env: again.env }, 'ci', '--commit', 'push'), 0);
    expect((await rig.git('ls-remote', 'origin', 'refs/heads/topic')).split('\t')[0]).toBe(pushed);
    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]!.body).toContain('saved');
  });

  it('tries each part, and fails for the one that failed', async () => {
    const { rig, github, env } = await openWorld();
    expectExit(await rig.mlopsWith({ env }, 'ci', 'run'), 0);
    const reader = {
      ...env,
      MLOPS_CI_TOKEN: github.tokenOf({ login: 'r', type: 'Bot' }, { issues: 'read', pulls: 'read' }),
    };
    const { stdout, stderr } = expectExit(await rig.mlopsWith({ env: reader }, 'ci', 'post'), 6);
    expect(github.state.statuses).toHaveLength(1);
    expect(github.state.comments).toEqual([]);
    expect(stdout).toContain('403');
    expect((stdout + stderr).replaceAll(`::add-mask::${reader.MLOPS_CI_TOKEN}\n`, '')).not.toContain(
      reader.MLOPS_CI_TOKEN,
    );
    expectExit(await rig.mlopsWith({ env }, 'ci', 'post'), 0);
    expect(github.state.comments).toHaveLength(1);
  });

  it('says so without a token, and leaves the report where it is', async () => {
    const { rig, github, env } = await openWorld();
    const { stdout } = expectExit(await rig.mlopsWith({ env: { ...env, MLOPS_CI_TOKEN: '' } }, 'ci'), 0);
    expect(stdout).toContain('nothing was posted: there is no token in MLOPS_CI_TOKEN or GITHUB_TOKEN');
    expect(github.log).toEqual([]);
    expect(rig.read('mlops-report/comment.md')).toContain('accuracy');
  });

  it('posts what a killed job left, as no success', async () => {
    const { rig, github, head, env } = await openWorld();
    expectExit(await rig.mlopsWith({ env }, 'ci', 'run'), 0);
    const record = JSON.parse(rig.read('mlops-report/ci.json'));
    const run = { ...record.view.run, exit: 'terminated' };
    rig.write({
      'mlops-report/ci.json': {
        ...record,
        state: 'running',
        exit: 'terminated',
        view: { ...record.view, run },
      },
    });
    expectExit(await rig.mlopsWith({ env }, 'ci', 'post', '--commit', 'push'), 0);
    expect(github.state.statuses).toMatchObject([{ sha: head, state: 'error' }]);
    expect((await rig.git('ls-remote', 'origin', 'refs/heads/topic')).split('\t')[0]).toBe(head);
  });
});

describe('mlops ci post for a fork', () => {
  /** In a folder of its own, without a repository. */
  async function openSecondJob(conclusion: string) {
    const all = await openWorld('mallory/weather');
    const { MLOPS_CI_TOKEN: token, ...bare } = all.env;
    expectExit(await all.rig.mlopsWith({ env: bare }, 'ci', 'run'), 0);
    const folder = all.rig.beside('second');
    mkdirSync(folder);
    await all.rig.run('cp', '-r', 'mlops-report', folder);
    const run = {
      head_sha: all.head,
      head_branch: 'topic',
      head_repository: { full_name: 'mallory/weather' },
      html_url: 'https://github.com/octo/weather/actions/runs/76',
      conclusion,
    };
    const { env } = onGithub(
      all.rig,
      'workflow_run',
      { workflow_run: run },
      {
        GITHUB_API_URL: all.github.url,
        GITHUB_REPOSITORY: 'octo/weather',
        MLOPS_CI_TOKEN: token!,
      },
    );
    const post = () => all.rig.mlopsWith({ env, cwd: '../second' }, 'ci', 'post', '--commit', 'push');
    const record = JSON.parse(all.rig.read('mlops-report/ci.json'));
    const rewrite = (changed: object): void => all.rig.write({ '../second/mlops-report/ci.json': changed });
    return { ...all, post, record, rewrite };
  }

  it('finds the pull request by the commit that its host names, whatever the file says', async () => {
    const { github, head, post, record, rewrite } = await openSecondJob('success');
    rewrite({ ...record, context: { pull: { number: 99 }, head: 'f'.repeat(40) } });
    expectExit(await post(), 0);
    expect(github.state.comments.map(({ on }) => on)).toEqual([github.state.pulls[0]!.number]);
    expect(github.state.statuses).toMatchObject([
      { sha: head, state: 'success', url: 'https://github.com/octo/weather/actions/runs/76' },
    ]);
  });

  it('believes no success of a job that failed, and no link or picture of a stranger', async () => {
    const { github, post, record, rewrite } = await openSecondJob('failure');
    const evil = 'https://evil.example/';
    const links = { page: evil, job: evil, files: evil };
    const images = [{ alt: 'x', file: 'x.png', url: `${evil}x.png` }];
    rewrite({ ...record, view: { ...record.view, links, images } });
    expectExit(await post(), 0);
    expect(github.state.statuses).toMatchObject([{ state: 'error' }]);
    expect(github.state.comments[0]!.body).not.toContain('evil.example');
  });

  it('refuses what is no report', async () => {
    const { github, post, record, rewrite } = await openSecondJob('success');
    const view = record.view;
    for (const changed of [
      {},
      { ...record, schema: 'mlops.ci/2' },
      { ...record, more: 1 },
      { ...record, lock: [{ path: 'x', kind: 'anything' }] },
      { ...record, view: { ...view, run: { ...view.run, savedMs: '<b>' } } },
      { ...record, view: { ...view, stages: [{ ...view.stages[0], said: { advice: 'merge' } }] } },
    ]) {
      rewrite(changed);
      const { stdout } = expectExit(await post(), 4);
      expect(stdout).toContain('is no report');
    }
    rewrite({ ...record, tool: 'x'.repeat(17 * 1024 * 1024) });
    expect(expectExit(await post(), 4).stdout).toContain('it is larger than');
    expect(github.log).toEqual([]);
  });
});

it('mlops ci on a schedule opens an issue while a gate says no, and closes it after', async () => {
  const { rig, github, env } = await openWorld();
  const scheduled = onGithub(rig, 'schedule', {}, env).env;
  rig.write({ 'in.csv': 'a\n1\n' });
  for (const _ of ['opens it', 'writes it anew'])
    expectExit(await rig.mlopsWith({ env: scheduled }, 'ci', '--issue', 'gate'), 3);
  expect(github.state.issues).toMatchObject([{ state: 'open' }]);
  rig.write({ 'in.csv': 'a\n1\n2\n3\n' });
  expectExit(await rig.mlopsWith({ env: scheduled }, 'ci', '--issue', 'gate'), 0);
  expect(github.state.issues).toMatchObject([{ state: 'closed' }]);
});
