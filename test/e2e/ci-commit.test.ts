// `mlops ci post --commit`: the lock of a run on a branch that moved, is guarded, or is gone.
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openReported, type Reported, saidBy } from './ci-reported.ts';
import { expectExit } from './story.ts';

const TOPIC = 'refs/heads/topic';

function tipOf({ rig, hub }: Reported, ref = TOPIC): Promise<string> {
  return rig.git('-C', hub, 'rev-parse', ref).then((text) => text.trim());
}

/** Somebody else's commit on `topic`. */
async function pushMeanwhile(all: Reported, files: { readonly [path: string]: string }): Promise<string> {
  const other = await all.rig.clone('other');
  await other.git('remote', 'set-url', 'origin', all.hub);
  await other.git('checkout', '-q', '-B', 'topic', all.head);
  other.write(files);
  const commit = await other.commit('meanwhile');
  await other.git('push', '-q', 'origin', 'topic');
  return commit;
}

/** As a host does with a rule on a branch. */
function guard({ hub }: Reported, ref: string): void {
  const hook = `${hub}/hooks/pre-receive`;
  writeFileSync(
    hook,
    `#!/bin/sh\nwhile read -r _ _ ref; do if [ "$ref" = ${ref} ]; then echo 'GH006: Protected branch update failed' >&2; exit 1; fi; done\n`,
  );
  chmodSync(hook, 0o755);
}

describe('mlops ci post --commit push', () => {
  it('goes on top of what was pushed while it ran, and never over it', async () => {
    const all = await openReported();
    const meanwhile = await pushMeanwhile(all, { 'note.txt': 'mine' });
    expectExit(await all.post({}, '--commit', 'push'), 0);
    const tip = await tipOf(all);
    expect((await all.rig.git('-C', all.hub, 'rev-parse', `${tip}~1`)).trim()).toBe(meanwhile);
    expect(await all.rig.git('-C', all.hub, 'diff', '--name-only', meanwhile, tip)).toBe(
      'metrics.json\npipeline.lock\n',
    );
    expect(all.github.state.statuses.map(({ sha }) => sha)).toEqual([all.head, tip]);
    expectExit(await all.post({}, '--commit', 'push'), 0);
    expect(await tipOf(all)).toBe(tip);
  });

  it('goes onto a branch that was forced elsewhere, and tells of the commit that was tested', async () => {
    const all = await openReported();
    await all.rig.git('stash', '-q', '-u');
    await all.rig.git('checkout', '-q', '--detach');
    await all.rig.git('commit', '-q', '--amend', '-m', 'forced');
    const forced = (await all.rig.git('rev-parse', 'HEAD')).trim();
    await all.rig.git('push', '-q', '--force', 'origin', 'HEAD:topic');
    await all.rig.git('checkout', '-q', 'topic');
    await all.rig.git('stash', 'pop', '-q');
    expectExit(await all.post({}, '--commit', 'push'), 0);
    expect((await all.rig.git('-C', all.hub, 'rev-parse', `${TOPIC}~1`)).trim()).toBe(forced);
    expect(all.github.state.statuses[0]!.sha).toBe(all.head);
    expect(all.github.state.comments[0]!.body).toContain(`\`topic\` (\`${all.head.slice(0, 7)}\`)`);
  });

  it('leaves other results alone that somebody pushed, keeps its own as a patch, and posts the rest', async () => {
    const all = await openReported();
    const meanwhile = await pushMeanwhile(all, { 'metrics.json': '{"accuracy": 0.5}' });
    const ended = expectExit(await all.post({}, '--commit', 'push'), 7);
    expect(saidBy(ended, all.github.token)).toMatch(
      /topic was changed meanwhile[\s\S]*metrics\.json[\s\S]*mlops-report\/commit\.patch/,
    );
    expect(await tipOf(all)).toBe(meanwhile);
    expect(all.rig.read('mlops-report/commit.patch')).toContain('pipeline.lock');
    expect([all.github.state.comments.length, all.github.state.statuses.length]).toEqual([1, 1]);
  });

  it('is told by a guarded branch that it takes pull requests, and opens one each job when asked to', async () => {
    const all = await openReported();
    const { rig, github } = all;
    guard(all, TOPIC);
    const ended = expectExit(await all.post({}, '--commit', 'push'), 7);
    expect(saidBy(ended, github.token)).toMatch(/GH006: Protected branch[\s\S]*--commit pull-request/);
    expect(await tipOf(all)).toBe(all.head);
    expect(rig.has('mlops-report/commit.patch')).toBe(true);
    expect(github.state.comments).toHaveLength(1);

    for (const name of ['mlops', 'mlops', 'train-2'])
      expectExit(await all.post({}, '--commit', 'pull-request', '--name', name), 0);
    const opened = github.state.pulls.filter(({ by }) => by.type === 'Bot');
    expect(opened.map(({ head, base, title }) => [head.branch, base.branch, title])).toEqual([
      ['mlops/lock-topic', 'topic', 'Update pipeline.lock of topic'],
      ['train-2/lock-topic', 'topic', 'Update pipeline.lock of topic (train-2)'],
    ]);
    expect(opened[0]!.body).toContain('accuracy');
    expect(await tipOf(all, 'mlops/lock-topic~1')).toBe(all.head);
    expect(await tipOf(all)).toBe(all.head);
  });

  it('says that the branch is gone, as after a merge, and posts the rest', async () => {
    const all = await openReported();
    await all.rig.git('-C', all.hub, 'update-ref', '-d', TOPIC);
    all.github.state.pulls[0]!.state = 'closed';
    const ended = expectExit(await all.post({}, '--commit', 'push'), 7);
    expect(saidBy(ended, all.github.token)).toContain('the branch topic is gone from');
    expect([all.github.state.comments.length, all.github.state.statuses.length]).toEqual([1, 1]);
    expect(await all.rig.git('-C', all.hub, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
  });
});
