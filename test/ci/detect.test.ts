import { describe, expect, it } from 'vitest';
import type { CiContext, Told } from '../../src/ci/context.ts';
import { detect } from '../../src/ci/detect.ts';
import type { Environment } from '../../src/core/environment.ts';
import { commitOf } from '../../src/core/ids.ts';

const [HEAD, MERGE, BASE, ZEROS] = ['a', 'b', 'c', '0'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const NOTHING: Told = { event: undefined, number: undefined, base: undefined };

function inShell(env: Environment, told: Partial<Told> = {}): CiContext {
  const around = {
    env,
    read: () => '',
    head: commitOf(HEAD),
    branch: 'topic',
    origin: 'https://ada:s3cret@git.example.org:8443/team/rides.git',
  };
  return detect(around, { ...NOTHING, ...told });
}

const GITHUB: Environment = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_REPOSITORY: 'octo/rides',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_SHA: MERGE,
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_RUN_ID: '77',
};

function onGithub(name: string, payload: object | string, env: Environment = {}, told = NOTHING): CiContext {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const around = {
    env: { ...GITHUB, GITHUB_EVENT_NAME: name, ...env },
    read: () => text,
    head: commitOf(MERGE),
    branch: undefined,
    origin: undefined,
  };
  return detect(around, told);
}

const REPOSITORY = { full_name: 'octo/rides', default_branch: 'main' };

function pull(more: object = {}, head: object = {}): object {
  return {
    repository: REPOSITORY,
    pull_request: {
      number: 12,
      head: { sha: HEAD, ref: 'topic', repo: { full_name: 'octo/rides' }, ...head },
      base: { sha: BASE, ref: 'main', repo: { full_name: 'octo/rides' } },
      ...more,
    },
  };
}

describe('detect on GitHub', () => {
  it('reads a pull request: its head is what a status is set on, not the merge that is checked out', () => {
    expect(onGithub('pull_request', pull(), { GITHUB_REF_NAME: '12/merge' })).toEqual({
      host: 'github',
      event: 'pull_request',
      eventName: 'pull_request',
      repository: {
        slug: 'octo/rides',
        url: 'https://github.com/octo/rides',
        apiUrl: 'https://api.github.com',
      },
      pull: {
        number: 12,
        head: { sha: HEAD, branch: 'topic', repository: 'octo/rides' },
        base: { sha: BASE, branch: 'main' },
        fork: false,
      },
      ranFor: undefined,
      branch: 'topic',
      defaultBranch: 'main',
      guard: 'unknown',
      head: HEAD,
      before: undefined,
      runUrl: 'https://github.com/octo/rides/actions/runs/77',
      run: { id: 77, attempt: 1 },
    });
  });

  it('knows a fork, also one that was deleted since', () => {
    expect(onGithub('pull_request', pull({}, { repo: { full_name: 'mallory/rides' } })).pull?.fork).toBe(
      true,
    );
    expect(onGithub('pull_request', pull({}, { repo: null })).pull).toMatchObject({
      fork: true,
      head: { repository: '' },
    });
  });

  it.each([
    ['pull_request_target', 'pull_request_target'],
    ['pull_request_review', 'pull_request'],
  ])('takes %s for %s', (name, event) => {
    expect(onGithub(name, pull())).toMatchObject({ event, eventName: name, pull: { number: 12 } });
  });

  it('distrusts a comment on a pull request, for what it makes a job check out', () => {
    const comment = { repository: REPOSITORY, issue: { number: 12, pull_request: {} } };
    expect(onGithub('issue_comment', comment).event).toBe('pull_request_target');
    expect(onGithub('issue_comment', { issue: { number: 12 } }).event).toBe('other');
  });

  it('reads a push, and what it was pushed onto', () => {
    const push = { ref: 'refs/heads/main', before: BASE, after: MERGE, deleted: false };
    expect(onGithub('push', { ...push, repository: REPOSITORY })).toMatchObject({
      event: 'push',
      branch: 'main',
      before: BASE,
      head: MERGE,
      pull: undefined,
    });
    expect(onGithub('push', { ...push, before: ZEROS }).before).toBeUndefined();
  });

  it('takes no branch from a tag', () => {
    const tag = { ref: 'refs/tags/v1', before: ZEROS, after: MERGE };
    expect(onGithub('push', tag, { GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' })).toMatchObject({
      event: 'push',
      branch: undefined,
    });
  });

  it('takes no push from a branch that was deleted: what is checked out is the default one', () => {
    const gone = { before: BASE, after: ZEROS, deleted: true, repository: REPOSITORY };
    expect(onGithub('push', gone)).toMatchObject({ event: 'other', branch: 'main', before: undefined });
  });

  it.each([
    ['schedule', 'schedule'],
    ['workflow_dispatch', 'manual'],
    ['repository_dispatch', 'manual'],
    ['release', 'other'],
  ])('reads %s as %s', (name, event) => {
    expect(onGithub(name, {})).toMatchObject({ event, eventName: name, branch: 'main', head: MERGE });
  });

  it('reads a merge queue as the push that it will be', () => {
    const group = { merge_group: { head_sha: HEAD, base_sha: BASE, base_ref: 'refs/heads/main' } };
    expect(onGithub('merge_group', group)).toMatchObject({ event: 'push', head: HEAD, before: BASE });
  });

  it('names whose head an earlier workflow ran for, and no pull request', () => {
    const run = {
      workflow_run: {
        head_sha: HEAD,
        head_branch: 'topic',
        head_repository: { full_name: 'mallory/rides' },
        conclusion: 'failure',
        html_url: 'https://github.com/octo/rides/actions/runs/76',
        pull_requests: [],
      },
    };
    expect(onGithub('workflow_run', run)).toMatchObject({
      event: 'workflow_run',
      pull: undefined,
      ranFor: { sha: HEAD, branch: 'topic', repository: 'mallory/rides', ended: 'otherwise' },
      head: HEAD,
      runUrl: 'https://github.com/octo/rides/actions/runs/76',
    });
  });

  it('takes a host that speaks its words', () => {
    const gitea = { GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://git.example.org', GITHUB_API_URL: '' };
    expect(onGithub('push', {}, gitea).repository).toEqual({
      slug: 'octo/rides',
      url: 'https://git.example.org/octo/rides',
      apiUrl: 'https://api.github.com',
    });
  });

  it.each([
    ['pull_request', '{"pull_request":', 'is no JSON'],
    ['pull_request', '[]', 'is no object'],
    ['pull_request', JSON.stringify(pull({ number: '12' })), 'pull_request.number is not a whole number'],
    ['pull_request', JSON.stringify(pull({ number: -1 })), 'pull_request.number is not a whole number'],
    ['pull_request', JSON.stringify(pull({ base: {} })), 'pull_request.base.ref is missing'],
    [
      'pull_request',
      JSON.stringify(pull({}, { sha: '--upload-pack=x' })),
      'pull_request.head.sha is no commit id',
    ],
    ['pull_request', JSON.stringify(pull({}, { sha: { evil: 1 } })), 'pull_request.head.sha is not text'],
    ['push', '{"before": "HEAD"}', 'before is no commit id'],
    ['push', '{"deleted": "no"}', 'deleted is not true or false'],
    ['workflow_run', '{}', 'workflow_run.head_sha is missing'],
  ])('says what is wrong with the event of a %s: %s', (name, payload, problem) => {
    expect(() => onGithub(name, payload)).toThrow(problem);
  });

  it('says so where the event is missing', () => {
    expect(() => onGithub('push', {}, { GITHUB_EVENT_PATH: '' })).toThrow('GITHUB_EVENT_PATH is not set');
  });

  it('lets no flag say what the host says', () => {
    expect(() => onGithub('pull_request_target', pull(), {}, { ...NOTHING, event: 'push' })).toThrow(
      '--event is for a plain shell: GitHub Actions says it by itself (pull_request_target)',
    );
  });
});

const GITLAB: Environment = {
  GITLAB_CI: 'true',
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_ID: '5',
  CI_PROJECT_PATH: 'group/sub/rides',
  CI_PROJECT_URL: 'https://gitlab.com/group/sub/rides',
  CI_API_V4_URL: 'https://gitlab.com/api/v4',
  CI_COMMIT_SHA: HEAD,
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_BEFORE_SHA: BASE,
  CI_COMMIT_REF_PROTECTED: 'true',
  CI_DEFAULT_BRANCH: 'main',
  CI_JOB_URL: 'https://gitlab.com/group/sub/rides/-/jobs/9',
};

const MERGE_REQUEST: Environment = {
  ...GITLAB,
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_COMMIT_BRANCH: undefined,
  CI_COMMIT_BEFORE_SHA: ZEROS,
  CI_COMMIT_REF_PROTECTED: 'false',
  CI_MERGE_REQUEST_IID: '4',
  CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic',
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '5',
  CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'group/sub/rides',
  CI_MERGE_REQUEST_PROJECT_PATH: 'group/sub/rides',
  CI_MERGE_REQUEST_PROJECT_URL: 'https://gitlab.com/group/sub/rides',
  CI_MERGE_REQUEST_DIFF_BASE_SHA: BASE,
};

describe('detect on GitLab', () => {
  it('reads a push', () => {
    expect(inShell(GITLAB)).toMatchObject({
      host: 'gitlab',
      event: 'push',
      branch: 'main',
      guard: 'guarded',
      before: BASE,
      runUrl: 'https://gitlab.com/group/sub/rides/-/jobs/9',
      repository: { slug: 'group/sub/rides', apiUrl: 'https://gitlab.com/api/v4' },
    });
    expect(inShell({ ...GITLAB, CI_COMMIT_BEFORE_SHA: ZEROS }).before).toBeUndefined();
  });

  it('reads a merge request', () => {
    expect(inShell(MERGE_REQUEST)).toMatchObject({
      event: 'pull_request',
      branch: 'topic',
      guard: 'open',
      before: undefined,
      head: HEAD,
      pull: {
        number: 4,
        head: { sha: HEAD, branch: 'topic', repository: 'group/sub/rides' },
        base: { sha: BASE, branch: 'main' },
        fork: false,
      },
    });
  });

  it('tells the two sides of a merged-results pipeline from the merge that is checked out', () => {
    const merged = {
      ...MERGE_REQUEST,
      CI_COMMIT_SHA: MERGE,
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: HEAD,
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'd'.repeat(40),
    };
    expect(inShell(merged)).toMatchObject({ head: HEAD, pull: { base: { sha: 'd'.repeat(40) } } });
  });

  it('knows a fork by the project that its branch lies in', () => {
    const fork = { ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '66' };
    expect(inShell(fork).pull?.fork).toBe(true);
    // The same merge request, its pipeline run by the fork itself and with the fork's own secrets.
    expect(inShell({ ...fork, CI_PROJECT_ID: '66', CI_PROJECT_PATH: 'mallory/rides' })).toMatchObject({
      pull: { fork: false },
      repository: { slug: 'group/sub/rides' },
    });
    expect(inShell({ ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: undefined }).pull?.fork).toBe(
      true,
    );
  });

  it.each([
    ['schedule', 'schedule'],
    ['web', 'manual'],
    ['trigger', 'manual'],
    ['parent_pipeline', 'other'],
  ])('reads %s as %s', (source, event) => {
    expect(inShell({ ...GITLAB, CI_PIPELINE_SOURCE: source }).event).toBe(event);
  });

  it('says which variable is missing or damaged', () => {
    expect(() => inShell({ ...MERGE_REQUEST, CI_MERGE_REQUEST_IID: '4; rm' })).toThrow(
      'CI_MERGE_REQUEST_IID',
    );
    expect(() => inShell({ ...MERGE_REQUEST, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: '' })).toThrow(
      'CI_MERGE_REQUEST_TARGET_BRANCH_NAME is missing',
    );
  });
});

describe('detect in a plain shell', () => {
  it('takes what is checked out, and what flags say', () => {
    expect(inShell({})).toMatchObject({ host: 'shell', event: 'manual', branch: 'topic', head: HEAD });
    expect(inShell({ CI: 'true', JENKINS_URL: 'x' }, { event: 'schedule' }).event).toBe('schedule');
    expect(inShell({}, { number: 3, base: 'develop' })).toMatchObject({
      event: 'pull_request',
      pull: { number: 3, head: { sha: HEAD }, base: { branch: 'develop' }, fork: false },
    });
  });

  it('names where to post only to who says that it is a job', () => {
    expect(inShell({ GITHUB_TOKEN: 'x' }).repository).toBeUndefined();
    const at = (env: Environment): unknown => inShell(env, { event: 'push' }).repository;
    expect(at({})).toEqual({
      slug: 'team/rides',
      url: 'https://git.example.org:8443/team/rides',
      apiUrl: 'https://git.example.org:8443/api/v3',
    });
    expect(at({ GITLAB_TOKEN: 'x' })).toMatchObject({ apiUrl: 'https://git.example.org:8443/api/v4' });
    for (const name of ['GITHUB_API_URL', 'CI_API_V4_URL'])
      expect(at({ [name]: 'https://api.example.org/v' })).toMatchObject({
        apiUrl: 'https://api.example.org/v',
      });
  });

  it.each([
    ['git@github.com:octo/rides.git', 'https://api.github.com'],
    ['ssh://git@gitlab.com/octo/rides', 'https://gitlab.com/api/v4'],
    ['/srv/git/octo/rides', undefined],
    ['C:/git/rides', undefined],
  ])('reads the origin %s', (origin, apiUrl) => {
    const around = { env: {}, read: () => '', head: commitOf(HEAD), branch: 'main', origin };
    expect(detect(around, { ...NOTHING, event: 'push' }).repository?.apiUrl).toBe(apiUrl);
  });

  it('refuses flags that contradict each other', () => {
    expect(() => inShell({}, { event: 'push', number: 3 })).toThrow('--number is of a pull request');
  });
});
