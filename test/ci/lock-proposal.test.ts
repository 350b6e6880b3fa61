// Proposing a new lock by a pull request: a branch of ours that follows its base, and never goes over what others wrote.
import { describe, expect, it } from 'vitest';
import { withOnto } from '../../src/ci/commit/message.ts';
import type { PullText } from '../../src/ci/forge/forge.ts';
import { proposeBack } from '../../src/ci/lock-proposal.ts';
import { MlopsError } from '../../src/core/failure.ts';
import {
  clone,
  commitAll,
  git,
  hook,
  lockText,
  openGround,
  planOf,
  pushedBy,
  there,
  tipThere,
  write,
} from './remote-ground.ts';

const now = { token: undefined, keepIn: undefined };
const WORDS = { title: 'New results', body: 'what changed' };
const TEXT = { name: 'mlops', ...WORDS };
const OURS = 'mlops/lock-main';

/** Keeps what it was asked for. */
function openForge() {
  const asked: PullText[] = [];
  const upsertPull = async (request: PullText) => {
    asked.push(request);
    return { number: 1, url: 'https://ci.example/pull/1', how: 'created' as const };
  };
  return { asked, upsertPull };
}

const ran = (train: number) => ({ 'pipeline.lock': lockText({ prepare: 1, train }) });

describe('a proposal', () => {
  it('is one commit on a branch of its own, and a pull request; the base stays as it is', async () => {
    const ground = openGround();
    const forge = openForge();
    const base = tipThere(ground);
    write(ground.job.top, ran(2));
    const plan = planOf(ground.job);
    const done = await proposeBack(ground.job, plan, now, forge, TEXT);
    expect(done).toMatchObject({ kind: 'proposed', branch: OURS, pushed: 'new', request: { number: 1 } });
    expect(forge.asked).toEqual([{ branch: OURS, base: 'main', ...WORDS }]);
    expect(tipThere(ground)).toBe(base);
    expect(git(ground.bare, 'rev-parse', `${OURS}~1`)).toBe(base);
    expect(there(ground, 'pipeline.lock', OURS)).toBe(ran(2)['pipeline.lock']);
    expect(git(ground.bare, 'log', '-1', '--format=%(trailers:only)', OURS).trim()).toBe(
      `Mlops-Run: https://ci.example/1\nMlops-Onto: ${base}`,
    );
    // Also after a run that ended between the push and the request.
    expect(await proposeBack(ground.job, plan, now, forge, TEXT)).toMatchObject({ pushed: 'there already' });
    expect(forge.asked).toHaveLength(2);
  });

  it('gets new results on top while its base stands still, and starts anew when it has moved', async () => {
    const ground = openGround();
    const forge = openForge();
    const plan = planOf(ground.job);
    write(ground.job.top, ran(2));
    await proposeBack(ground.job, plan, now, forge, TEXT);
    const first = tipThere(ground, OURS);
    write(ground.job.top, ran(3));
    expect(await proposeBack(ground.job, plan, now, forge, TEXT)).toMatchObject({ pushed: 'on top' });
    expect(git(ground.bare, 'rev-parse', `${OURS}~1`)).toBe(first);
    const moved = pushedBy(ground, 'other', { 'other.txt': '1' });
    expect(await proposeBack(ground.job, plan, now, forge, TEXT)).toMatchObject({ pushed: 'anew' });
    expect(git(ground.bare, 'rev-parse', `${OURS}~1`)).toBe(moved);
    expect(git(ground.bare, 'diff', '--name-only', 'main', OURS)).toBe('pipeline.lock');
  });

  it('is not made for nothing', async () => {
    const ground = openGround();
    const forge = openForge();
    expect(await proposeBack(ground.job, planOf(ground.job), now, forge, TEXT)).toMatchObject({
      kind: 'unchanged',
    });
    expect(forge.asked).toEqual([]);
    expect(git(ground.bare, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });

  it('never goes over a commit that somebody else put on its branch', async () => {
    const ground = openGround();
    const forge = openForge();
    const plan = planOf(ground.job);
    write(ground.job.top, ran(2));
    await proposeBack(ground.job, plan, now, forge, TEXT);
    const theirs = pushedBy(ground, 'person', { 'note.txt': 'mine' }, OURS);
    write(ground.job.top, ran(3));
    await expect(proposeBack(ground.job, plan, now, forge, TEXT)).rejects.toThrow(
      `the last commit of ${OURS} was not written by mlops`,
    );
    expect(tipThere(ground, OURS)).toBe(theirs);
  });

  it('replaces no commit that came after it looked', async () => {
    const ground = openGround();
    const plan = planOf(ground.job);
    write(ground.job.top, ran(2));
    await proposeBack(ground.job, plan, now, openForge(), TEXT);
    pushedBy(ground, 'other', { 'other.txt': '1' });
    const person = clone(ground.root, ground.bare, 'person', '-b', OURS);
    write(person.top, { 'note.txt': 'mine' });
    const theirs = commitAll(person.top, 'mine');
    git(person.top, 'push', '-q', 'origin', 'HEAD:refs/aside/mine');
    write(ground.root, {
      receive: `git -C '${ground.bare}' update-ref refs/heads/${OURS} ${theirs}\nexec git-receive-pack "$@"\n`,
    });
    git(ground.job.top, 'config', 'remote.origin.receivepack', `sh ${ground.root}/receive`);
    await expect(proposeBack(ground.job, plan, now, openForge(), TEXT)).rejects.toThrow(
      'another job is writing it',
    );
    expect(tipThere(ground, OURS)).toBe(theirs);
  });

  it('that the host refuses asks for nothing, and says why', async () => {
    const ground = openGround();
    const forge = openForge();
    hook(ground, 'pre-receive', 'echo "error: no branches below mlops/" >&2; exit 1');
    write(ground.job.top, ran(2));
    const failed = await proposeBack(ground.job, planOf(ground.job), now, forge, TEXT).catch(
      (error) => error,
    );
    expect(failed).toBeInstanceOf(MlopsError);
    expect(failed.message).toContain('no branches below mlops/');
    expect(forge.asked).toEqual([]);
  });
});

it('says what a proposal was made on where no trailer stands yet', () => {
  const tip = 'a'.repeat(40) as never;
  expect(withOnto('Subject\n', tip)).toBe(`Subject\n\nMlops-Onto: ${tip}\n`);
  expect(withOnto('Subject\n\nMlops-Run: x\n', tip)).toBe(`Subject\n\nMlops-Run: x\nMlops-Onto: ${tip}\n`);
});
