// `mlops ci` on GitLab, and in a plain shell, against stand-ins of the hosts and a bare repository.
import { describe, expect, it } from 'vitest';
import { openGithub } from '../forge/github.ts';
import { type GitlabStandIn, openGitlab } from '../forge/gitlab.ts';
import { openRig, type Rig } from '../rig.ts';
import { saidBy } from './ci-reported.ts';
import { expectExit } from './story.ts';

const PROJECT = 'lab/weather/model';
const FORK = 'eve/model';

interface World {
  readonly rig: Rig;
  readonly gitlab: GitlabStandIn;
  readonly base: string;
  readonly head: string;
  readonly hub: string;
  /** As of a push to `branch`. */
  push(branch: string, more?: { readonly [name: string]: string }): { [name: string]: string };
  /** As of a merge request from `topic`. */
  merge(more?: { readonly [name: string]: string }): { [name: string]: string };
}

async function openWorld(from = PROJECT): Promise<World> {
  const rig = await openRig();
  rig.write({
    'pipeline.yaml': {
      stages: { train: { cmd: 'node train.cjs', deps: ['train.cjs'], metrics: ['metrics.json'] } },
    },
    'train.cjs': `require('fs').writeFileSync('metrics.json', '{"accuracy": 0.5}')`,
  });
  const base = await rig.commit('main');
  await rig.git('checkout', '-qb', 'topic');
  rig.write({ 'train.cjs': `require('fs').writeFileSync('metrics.json', '{"accuracy": 0.75}')` });
  const head = await rig.commit('topic');
  const hub = rig.beside('hub.git');
  await rig.git('clone', '-q', '--bare', '.', hub);
  await rig.git('remote', 'add', 'origin', hub);
  const gitlab = await openGitlab({ bare: hub });
  gitlab.state.projects.set(FORK, 8);
  gitlab.openMerge({ head: { project: from, branch: 'topic', sha: head } });
  const job = {
    GITLAB_CI: 'true',
    CI: 'true',
    NO_COLOR: '1',
    CI_API_V4_URL: gitlab.url,
    CI_PROJECT_ID: '7',
    CI_PROJECT_PATH: PROJECT,
    CI_PROJECT_URL: `https://gitlab.example/${PROJECT}`,
    CI_DEFAULT_BRANCH: 'main',
    CI_PIPELINE_ID: '100',
    CI_JOB_ID: '1000',
    CI_JOB_URL: `https://gitlab.example/${PROJECT}/-/jobs/1000`,
    MLOPS_CI_TOKEN: gitlab.token,
  };
  return {
    rig,
    gitlab,
    base,
    head,
    hub,
    push: (branch, more = {}) => ({
      ...job,
      CI_PIPELINE_SOURCE: 'push',
      CI_COMMIT_SHA: branch === 'main' ? base : head,
      CI_COMMIT_BRANCH: branch,
      CI_COMMIT_REF_PROTECTED: String(branch === 'main'),
      ...more,
    }),
    merge: (more = {}) => ({
      ...job,
      CI_PIPELINE_SOURCE: 'merge_request_event',
      CI_COMMIT_SHA: head,
      CI_COMMIT_REF_PROTECTED: 'false',
      CI_MERGE_REQUEST_IID: '1',
      CI_MERGE_REQUEST_PROJECT_PATH: PROJECT,
      CI_MERGE_REQUEST_PROJECT_URL: `https://gitlab.example/${PROJECT}`,
      CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: from === PROJECT ? '7' : '8',
      CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: from,
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      ...more,
    }),
  };
}

function recordOf(rig: Rig) {
  return JSON.parse(rig.read('mlops-report/ci.json'));
}

describe('mlops ci on GitLab', () => {
  it('comments on a merge request, sets statuses, and commits the lock back; an older job changes nothing', async () => {
    const { rig, gitlab, head, hub, merge } = await openWorld();
    const ended = expectExit(await rig.mlopsWith({ env: merge() }, 'ci', '--commit', 'push'), 0);
    saidBy(ended, gitlab.token);
    const pushed = (await rig.git('-C', hub, 'rev-parse', 'topic')).trim();
    expect((await rig.git('-C', hub, 'rev-parse', 'topic~1')).trim()).toBe(head);
    expect(gitlab.state.statuses).toMatchObject([
      { sha: head, name: 'mlops', state: 'success' },
      { sha: pushed, name: 'mlops', state: 'success' },
    ]);
    expect(gitlab.state.notes.map(({ body }) => body)).toEqual([expect.stringContaining('accuracy')]);
    const older = merge({ CI_PIPELINE_ID: '99', CI_JOB_ID: '999' });
    expect(expectExit(await rig.mlopsWith({ env: older }, 'ci', 'post'), 0).stderr).toContain('a newer run');
    const retried = merge({ CI_JOB_ID: '1001' });
    expect(expectExit(await rig.mlopsWith({ env: retried }, 'ci', 'post'), 0).stderr).toContain(
      'comment updated',
    );
    expect(gitlab.state.notes).toHaveLength(1);
    expect(gitlab.state.actions).toEqual([]);
  });

  it('runs what merged results bring, and tells the head of the merge request', async () => {
    const { rig, gitlab, base, head, merge } = await openWorld();
    await rig.git('checkout', '-q', '--detach', base);
    await rig.git('merge', '-q', '--no-ff', '-m', 'merged', 'topic');
    const merged = (await rig.git('rev-parse', 'HEAD')).trim();
    const env = merge({
      CI_COMMIT_SHA: merged,
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: head,
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: base,
    });
    expectExit(await rig.mlopsWith({ env }, 'ci'), 0);
    expect(recordOf(rig).view.against).toEqual({ name: 'main', commit: base });
    expect(gitlab.state.statuses.map(({ sha }) => sha)).toEqual([head]);
    expect(gitlab.state.notes[0]!.body).toContain(`topic\` (\`${head.slice(0, 7)}\`)`);
  });

  it('runs nothing of a fork beside a token, and posts nothing of its own accord', async () => {
    const { rig, gitlab, merge } = await openWorld(FORK);
    const ended = expectExit(await rig.mlopsWith({ env: merge() }, 'ci'), 4);
    expect(saidBy(ended, gitlab.token)).toContain(
      'nothing was run: the pull request comes from another repository',
    );
    expect(rig.has('metrics.json')).toBe(false);
    const { MLOPS_CI_TOKEN: _, ...bare } = merge();
    expectExit(await rig.mlopsWith({ env: bare }, 'ci'), 0);
    expect(recordOf(rig).view.run.notes[0]).toContain('nothing is pushed');
  });

  it('asks on a schedule for the new lock by a merge request, and once', async () => {
    const { rig, gitlab, hub, base, push } = await openWorld();
    await rig.git('checkout', '-q', 'main');
    const env = push('main', { CI_PIPELINE_SOURCE: 'schedule' });
    for (const _ of ['opened', 'found'])
      expectExit(await rig.mlopsWith({ env }, 'ci', '--commit', 'pull-request'), 0);
    expect(gitlab.state.merges.filter(({ head }) => head.branch === 'mlops/lock-main')).toMatchObject([
      { base: 'main', state: 'opened', description: expect.stringContaining('accuracy') },
    ]);
    expect((await rig.git('-C', hub, 'rev-parse', 'main')).trim()).toBe(base);
    expect(gitlab.state.notes).toEqual([]);
  });

  it('writes what everybody is given from the default branch alone', async () => {
    const { rig, push } = await openWorld();
    await rig.mlops('remote', 'add', '-d', 'store', rig.beside('store'));
    const { stdout } = await rig.mlopsWith({ env: push('topic') }, 'ci', '--dry');
    expect(stdout).toMatch(/objects and runs\/ref-topic-\w{16} to store/);
    const main = await rig.mlopsWith(
      { env: push('main', { CI_COMMIT_REF_PROTECTED: 'false' }) },
      'ci',
      '--dry',
    );
    expect(main.stdout).toContain('objects and runs/main to store');
  });

  it('says of the token of a job that it may write nothing', async () => {
    const { rig, gitlab, merge } = await openWorld();
    const token = gitlab.tokenOf({ id: 9, username: 'job' }, 'job');
    const ended = expectExit(await rig.mlopsWith({ env: merge({ MLOPS_CI_TOKEN: token }) }, 'ci'), 6);
    expect(saidBy(ended, token)).toContain(
      'this is the token of a job (CI_JOB_TOKEN), which may write nothing here',
    );
    expect(rig.read('mlops-report/comment.md')).toContain('accuracy');
  });
});

describe('mlops ci in a plain shell', () => {
  const FLAGS = ['--event', 'pull_request', '--number', '1', '--base', 'main'];

  it('posts to GitLab', async () => {
    const { rig, gitlab, head } = await openWorld();
    await rig.git('remote', 'set-url', 'origin', `git@gitlab.example:${PROJECT}.git`);
    const env = { CI_API_V4_URL: gitlab.url, GITLAB_TOKEN: gitlab.token };
    saidBy(expectExit(await rig.mlopsWith({ env }, 'ci', ...FLAGS), 0), gitlab.token);
    expect(gitlab.state.notes.map(({ body }) => body)).toEqual([expect.stringContaining('accuracy')]);
    expect(gitlab.state.statuses).toMatchObject([{ sha: head, state: 'success' }]);
  });

  it('posts to GitHub, and to the pull request that it is told', async () => {
    const { rig, head, hub } = await openWorld();
    const github = await openGithub({ bare: hub });
    const { number } = github.openPull({ head: { repository: 'octo/weather', branch: 'topic', sha: head } });
    await rig.git('remote', 'set-url', 'origin', 'https://github.com/octo/weather.git');
    const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token };
    for (const _ of ['creates', 'finds'])
      saidBy(expectExit(await rig.mlopsWith({ env }, 'ci', ...FLAGS), 0), github.token);
    expect(github.state.comments.map(({ on }) => on)).toEqual([number]);
    expect(github.state.statuses).toMatchObject([{ sha: head, state: 'success' }]);
  });

  it('keeps the report where the host cannot be reached', async () => {
    const { rig } = await openWorld();
    await rig.git('remote', 'set-url', 'origin', 'https://127.0.0.1:1/octo/weather.git');
    const ended = expectExit(await rig.mlopsWith({ env: { GITHUB_TOKEN: 'ghp_x1' } }, 'ci', ...FLAGS), 6);
    expect(saidBy(ended, 'ghp_x1')).toMatch(
      /comment on pull request 1 of octo\/weather[\s\S]*the report is kept/,
    );
    expect(rig.read('mlops-report/comment.md')).toContain('accuracy');
  });
});
