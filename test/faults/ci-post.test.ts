// `mlops ci post` killed at every call that it makes of its host, and in its push, and run again: all is posted, once.
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openReported, type Reported } from '../e2e/ci-reported.ts';
import { expectExit } from '../e2e/story.ts';

const FLAGS = ['post', '--commit', 'push'];

async function expectPostedOnce({ rig, github, head, hub, post }: Reported): Promise<void> {
  expectExit(await post({}, ...FLAGS.slice(1)), 0);
  expect(github.state.comments.map(({ body }) => body)).toEqual([expect.stringContaining('accuracy')]);
  const commits = (await rig.git('-C', hub, 'rev-list', 'topic')).trim().split('\n');
  expect(commits.indexOf(head)).toBe(1);
  const { statuses } = github.state;
  expect(statuses.map(({ sha, state }) => [sha, state])).toEqual([
    [head, 'success'],
    [commits[0], 'success'],
  ]);
  expect(await rig.git('-C', hub, 'fsck', '--no-dangling')).toBe('');
}

/** Killed when the host has heard the call `at`; what it asks for is done, or not. False: it made fewer calls. */
async function killedAt(
  { rig, github, env }: Reported,
  at: number,
  then: 'done' | 'not done',
): Promise<boolean> {
  const run = rig.startWith({ env }, 'ci', ...FLAGS);
  let heard = 0;
  github.log.push = (...lines: string[]): number => {
    if (++heard === at) {
      if (then === 'not done') github.fail({ kind: 'reset' });
      process.kill(run.pid, 'SIGKILL');
    }
    return Array.prototype.push.apply(github.log, lines);
  };
  const { exit } = await run.done;
  github.log.push = Array.prototype.push;
  return exit === 137;
}

describe('mlops ci post, killed', () => {
  it.each(['done', 'not done'] as const)('at any call of its host, which is %s', async (then) => {
    let at = 1;
    for (; ; at++) {
      const all = await openReported();
      const killed = await killedAt(all, at, then);
      await expectPostedOnce(all);
      if (!killed) break;
    }
    expect(at).toBeGreaterThan(6);
  });

  it.each(['pre-receive', 'post-receive'])('in its push, at the %s of the other side', async (name) => {
    const all = await openReported();
    const { rig, hub, env } = all;
    const pid = rig.beside('pid');
    writeFileSync(pid, '');
    const hook = `${hub}/hooks/${name}`;
    writeFileSync(hook, `#!/bin/sh\ncat > /dev/null\nkill -9 "$(cat '${pid}')"\nexit 0\n`);
    chmodSync(hook, 0o755);
    const run = rig.startWith({ env }, 'ci', ...FLAGS);
    writeFileSync(pid, String(run.pid));
    expect((await run.done).exit).toBe(137);
    writeFileSync(hook, '#!/bin/sh\n');
    await expectPostedOnce(all);
  });
});
