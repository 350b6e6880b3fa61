import { describe, expect, it } from 'vitest';
import type { CiContext } from '../../src/ci/context.ts';
import { scopeOf } from '../../src/ci/scope.ts';
import { judgeTrust, refusal, secretNames } from '../../src/ci/trust.ts';
import { commitOf } from '../../src/core/ids.ts';
import { isRunScope } from '../../src/core/run-scope.ts';
import { PUSH as PUSHED } from './push-context.ts';

const SHA = commitOf('a'.repeat(40));

const PUSH: CiContext = { ...PUSHED, head: SHA };
const PULL: CiContext = {
  ...PUSH,
  event: 'pull_request',
  eventName: 'pull_request',
  branch: 'topic',
  pull: {
    number: 7,
    head: { sha: SHA, branch: 'topic', repository: 'octo/rides' },
    base: { sha: SHA, branch: 'main' },
    fork: false,
  },
};
const FORK: CiContext = {
  ...PULL,
  pull: { ...PULL.pull!, fork: true, head: { sha: SHA, branch: 'topic', repository: 'mallory/rides' } },
};
const TARGET: CiContext = { ...PULL, event: 'pull_request_target', eventName: 'pull_request_target' };

const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
  MY_API_KEY: 'k-123456',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'eyJ0eXAi',
  DB_PASSWORD: 'hunter22',
};
const PLAIN = { PATH: '/usr/bin', HOME: '/root', GITHUB_SHA: SHA, EMPTY_TOKEN: '', BLANK_SECRET: ' \n' };

function judged(
  context: CiContext,
  env: object,
  told: 'trust' | 'ask' = 'ask',
  gitCredentials: string[] = [],
) {
  return judgeTrust(context, { env: { ...PLAIN, ...env }, gitCredentials }, told);
}

describe('judgeTrust', () => {
  it('runs what people wrote who may push here, with any secret', () => {
    expect(judged(PUSH, SECRETS)).toEqual({ kind: 'trusted' });
    expect(judged(PULL, SECRETS)).toEqual({ kind: 'trusted' });
  });

  it('runs a fork where there is nothing to take', () => {
    expect(judged(FORK, {}).kind).toBe('harmless');
    expect(judged({ ...TARGET, event: 'workflow_run', eventName: 'workflow_run' }, {}).kind).toBe('harmless');
  });

  it.each([
    ['a fork', FORK],
    ['pull_request_target', TARGET],
    ['workflow_run', { ...TARGET, event: 'workflow_run', eventName: 'workflow_run' } as CiContext],
  ])('refuses %s beside a secret, whichever it is', (_, context) => {
    for (const [name, value] of Object.entries(SECRETS))
      expect(judged(context, { [name]: value })).toMatchObject({ kind: 'refused', secrets: [name] });
  });

  it('runs it all the same where it is told to', () => {
    expect(judged(FORK, SECRETS, 'trust').kind).toBe('told');
  });

  it('counts what a checkout left in the settings of Git, unless that may only read', () => {
    const left = ['http.https://github.com/.extraheader'];
    expect(judged(TARGET, {}, 'ask', left)).toMatchObject({
      kind: 'refused',
      secrets: ['git config http.https://github.com/.extraheader'],
    });
    expect(judged(FORK, {}, 'ask', left).kind).toBe('harmless');
  });

  it('names variables and never a value', () => {
    const trust = judged(FORK, SECRETS);
    if (trust.kind !== 'refused') throw new Error('it was not refused');
    const words = JSON.stringify(refusal(trust));
    for (const [name, value] of Object.entries(SECRETS)) {
      expect(words).toContain(name);
      expect(words).not.toContain(value);
    }
    expect(refusal(trust).exit).toBe('config');
  });
});

describe('secretNames', () => {
  it.each([
    'GH_TOKEN',
    'gitlab_token',
    'CI_JOB_TOKEN',
    'CI_REPOSITORY_URL',
    'AWS_SESSION_TOKEN',
    'SSH_AUTH_SOCK',
  ])('counts %s', (name) => expect(secretNames({ [name]: 'x' })).toEqual([name]));

  it('counts no switch of a runner, and nothing without a value', () => {
    expect(secretNames({ ...PLAIN, FF_SECRET_RESOLVING_FAILS_IF_MISSING: '1' })).toEqual([]);
  });
});

describe('scopeOf', () => {
  const TOPIC = { ...PUSH, branch: 'topic', guard: 'open' } as const;
  it.each([
    ['a push to the default branch', PUSH, 'main'],
    ['a push to it where it is open', { ...PUSH, guard: 'open' }, 'main'],
    ['a push to a guarded branch', { ...TOPIC, guard: 'guarded' }, 'main'],
    ['a push to another branch', TOPIC, 'ref-topic-23d611a6f6f8e3ef'],
    [
      'one of which nobody says whether it is guarded',
      { ...TOPIC, guard: 'unknown' },
      'ref-topic-23d611a6f6f8e3ef',
    ],
    ['a manual start on another branch', { ...TOPIC, event: 'manual' }, 'ref-topic-23d611a6f6f8e3ef'],
    ['a pull request', PULL, 'pr-7'],
    ['a pull request from a branch of that name', { ...PULL, branch: 'main', guard: 'guarded' }, 'pr-7'],
    ['a fork', FORK, 'pr-7'],
    ['a guarded tag', { ...PUSH, branch: undefined, guard: 'guarded' }, 'main'],
    ['a tag', { ...PUSH, branch: undefined, guard: 'open' }, 'other'],
    [
      'a tag where no default branch is known',
      { ...PUSH, branch: undefined, defaultBranch: undefined },
      'other',
    ],
    ['a schedule on GitHub', { ...PUSH, event: 'schedule', defaultBranch: undefined }, 'main'],
    ['a schedule on GitLab', { ...TOPIC, host: 'gitlab', event: 'schedule' }, 'ref-topic-23d611a6f6f8e3ef'],
    ['a comment', { ...PUSH, event: 'pull_request_target' }, 'other'],
    ['a shell', { ...PUSH, host: 'shell' }, undefined],
    [
      'a pull request without a number, in a shell',
      { ...PUSH, host: 'shell', event: 'pull_request' },
      'other',
    ],
  ] as const)('of %s', (_, context, scope) => {
    expect(scopeOf(context as CiContext)).toBe(scope);
  });

  it('gives each branch its own, of a name that every store takes', () => {
    const long = 'x/'.repeat(120);
    const branches = ['a/b', 'a-b', 'A-B', 'a--b', 'ä', 'ö', 'MAIN', 'Main', long, `${long}y`];
    const scopes = branches.map((branch) => scopeOf({ ...TOPIC, branch }));
    expect(new Set(scopes).size).toBe(branches.length);
    expect(scopes.filter((scope) => !isRunScope(scope!))).toEqual([]);
    // What one branch is called may be what another's scope looks like.
    expect(scopeOf({ ...TOPIC, branch: scopes[0]!.slice('ref-'.length) })).not.toBe(scopes[0]);
  });
});
