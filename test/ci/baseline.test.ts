// With real clones, cut as CI hosts cut them. `file://`: of a folder Git would take all there is.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Baseline, findBaseline } from '../../src/ci/baseline.ts';
import type { CiContext } from '../../src/ci/context.ts';
import { commitOf } from '../../src/core/ids.ts';
import { isShallow } from '../../src/git/history.ts';
import { requireRepository } from '../../src/git/repository.ts';
import { openRig, type Rig } from '../rig.ts';
import { PUSH } from './push-context.ts';

interface World {
  readonly rig: Rig;
  readonly base: string;
  /** Tip of main now, 3 commits after `base`. */
  readonly main: string;
  /** Tip of topic, 100 commits after `base`: more than is fetched at once. */
  readonly topic: string;
  /** What the host merges of the two, at refs/pull/7/merge. */
  readonly merge: string;
}

/** A bare repository beside the rig's holds all of it, as `hub.git`. */
async function world(): Promise<World> {
  const rig = await openRig();
  const made = { input: history(), env: { PATH: process.env['PATH'] } };
  execFileSync('git', ['-C', rig.path, 'fast-import', '--quiet'], made);
  await rig.git('checkout', '-q', 'main');
  await rig.git('clone', '-q', '--mirror', '.', rig.beside('hub.git'));
  const ids = (await rig.git('rev-parse', 'main~3', 'main', 'topic', 'refs/pull/7/merge')).trim().split('\n');
  const [base, main, topic, merge] = ids as [string, string, string, string];
  return { rig, base, main, topic, merge };
}

/** For `git fast-import`: one process for all of these commits. */
function history(): string {
  const commit = (ref: string, title: string, more = ''): string =>
    `commit ${ref}\ncommitter Ada <ada@example.org> 1767323045 +0000\ndata ${title.length}\n${title}\n${more}\n`;
  const many = (branch: string, from: number, to: number, first = ''): string =>
    Array.from({ length: to - from }, (_, index) =>
      commit(`refs/heads/${branch}`, `${branch} ${from + index}`, index === 0 ? first : ''),
    ).join('');
  return [
    many('main', 0, 5),
    many('topic', 0, 100, 'from refs/heads/main\n'),
    many('main', 5, 8),
    commit('refs/pull/7/merge', 'Merge topic into main', 'from refs/heads/main\nmerge refs/heads/topic\n'),
  ].join('');
}

/** As actions/checkout does: an empty repository, one commit fetched by its id, a detached HEAD. */
async function checkout(rig: Rig, commit: string, depth: number | 'all'): Promise<string> {
  const dir = rig.beside(`clone-${commit.slice(0, 7)}-${depth}`);
  const git = (...args: string[]): Promise<string> => rig.git('-C', dir, ...args);
  await rig.git('init', '-q', '-b', 'main', dir);
  await git('remote', 'add', 'origin', `file://${rig.beside('hub.git')}`);
  if (depth === 'all') await git('fetch', '-q', 'origin');
  await git('fetch', '-q', '--no-tags', ...(depth === 'all' ? [] : [`--depth=${depth}`]), 'origin', commit);
  await git('checkout', '-q', '--detach', commit);
  return dir;
}

function ofPull(dir: string, { topic }: World, baseSha?: string, given?: string): Baseline {
  const context: CiContext = {
    ...PUSH,
    event: 'pull_request',
    pull: {
      number: 7,
      head: { sha: commitOf(topic), branch: 'topic', repository: 'a/b' },
      base: { sha: baseSha === undefined ? undefined : commitOf(baseSha), branch: 'main' },
      fork: false,
    },
  };
  return findBaseline(requireRepository(dir), context, given);
}

function ofPush(dir: string, before?: string): Baseline {
  return findBaseline(
    requireRepository(dir),
    { ...PUSH, before: before === undefined ? undefined : commitOf(before) },
    undefined,
  );
}

describe('findBaseline of a pull request', () => {
  it('is where the branch left its base, however little of history was checked out', async () => {
    const all = await world();
    for (const depth of [1, 40, 'all'] as const) {
      const dir = await checkout(all.rig, all.topic, depth);
      const refs = await all.rig.git('-C', dir, 'for-each-ref');
      expect(ofPull(dir, all, all.main)).toEqual({
        name: 'main',
        commit: all.base,
        tip: all.main,
        notes: [],
      });
      expect(await all.rig.git('-C', dir, 'for-each-ref')).toBe(refs);
      if (depth === 'all') expect(isShallow(requireRepository(dir))).toBe(false);
    }
  });

  it('is the first parent of the merge that the host made, also where the event is of an older moment', async () => {
    const all = await world();
    for (const depth of [1, 2, 'all'] as const) {
      const dir = await checkout(all.rig, all.merge, depth);
      expect(ofPull(dir, all, all.base)).toMatchObject({ commit: all.main, tip: all.main, notes: [] });
    }
  });

  it('asks the remote for the tip of the base where the event does not name it', async () => {
    const all = await world();
    expect(ofPull(await checkout(all.rig, all.topic, 1), all)).toMatchObject({ commit: all.base });
  });

  it('does without the base branch itself, as long as the event names its commit', async () => {
    const all = await world();
    await all.rig.git('-C', all.rig.beside('hub.git'), 'branch', '-D', 'main');
    expect(ofPull(await checkout(all.rig, all.topic, 1), all, all.main)).toMatchObject({ commit: all.base });
    expect(ofPull(await checkout(all.rig, all.topic, 2), all)).toEqual({
      name: 'main',
      commit: undefined,
      tip: undefined,
      notes: [
        'main is not here and could not be fetched (origin has no branch main); check out all of history: fetch-depth: 0',
      ],
    });
  });

  it('says how to check out more where no more can be fetched', async () => {
    const all = await world();
    const dir = await checkout(all.rig, all.topic, 1);
    rmSync(all.rig.beside('hub.git'), { recursive: true });
    const { commit, notes } = ofPull(dir, all, all.main);
    expect(commit).toBeUndefined();
    expect(notes[0]).toMatch(
      /^main is not here and could not be fetched \(.*\); check out all of history: fetch-depth: 0$/,
    );
  });

  it('takes the revision that it is told', async () => {
    const all = await world();
    const dir = await checkout(all.rig, all.topic, 1);
    expect(ofPull(dir, all, undefined, 'main')).toMatchObject({ name: 'main', commit: all.base });
  });

  it('is none between histories that never met', async () => {
    const all = await world();
    await all.rig.git('checkout', '-q', '--orphan', 'alone');
    const alone = await all.rig.commit('alone');
    await all.rig.git('push', '-q', all.rig.beside('hub.git'), 'alone');
    for (const depth of [1, 'all'] as const) {
      const dir = await checkout(all.rig, alone, depth);
      expect(ofPull(dir, { ...all, topic: alone }, all.main)).toMatchObject({
        commit: undefined,
        tip: all.main,
        notes: ['HEAD and main have no commit in common: nothing to compare with'],
      });
    }
  });
});

describe('a base that is typed', () => {
  it('may be a branch of origin that is not here, as Jenkins names it, and is never quietly left out', async () => {
    const all = await world();
    const dir = await checkout(all.rig, all.topic, 1);
    expect(ofPull(dir, all, undefined, 'origin/main')).toMatchObject({
      name: 'origin/main',
      commit: all.base,
    });
    expect(() => ofPull(dir, all, undefined, 'mian')).toThrow('--base: no commit is called mian here');
  });
});

describe('findBaseline of a push', () => {
  it('is what stood there before, also several commits ago', async () => {
    const all = await world();
    for (const depth of [1, 'all'] as const) {
      const dir = await checkout(all.rig, all.main, depth);
      expect(ofPush(dir, all.base)).toMatchObject({ commit: all.base, notes: [] });
    }
  });

  it('is the commit before where history does not go on from there, or nothing was there', async () => {
    const all = await world();
    const parent = (await all.rig.git('rev-parse', 'main^')).trim();
    for (const before of [all.topic, undefined, 'f'.repeat(40)]) {
      const dir = await checkout(all.rig, all.main, 1);
      expect(ofPush(dir, before)).toMatchObject({ name: 'HEAD^', commit: parent, notes: [] });
      rmSync(dir, { recursive: true });
    }
  });

  it('is none for a first commit, and before one', async () => {
    const rig = await openRig();
    expect(ofPush(rig.path)).toMatchObject({
      commit: undefined,
      notes: [expect.stringContaining('no commit yet')],
    });
    await rig.commit('first');
    expect(ofPush(rig.path)).toMatchObject({
      commit: undefined,
      notes: ['this is the first commit: nothing to compare with'],
    });
  });
});

describe('findBaseline of anything else', () => {
  it('is HEAD on the default branch, and where another branch left it', async () => {
    const rig = await openRig();
    const first = await rig.commit('first');
    const schedule: CiContext = { ...PUSH, event: 'schedule' };
    const find = (given?: string): Baseline => findBaseline(requireRepository(rig.path), schedule, given);
    expect(find()).toMatchObject({ name: 'HEAD', commit: first });
    await rig.git('checkout', '-qb', 'topic');
    const second = await rig.commit('second');
    expect(find()).toMatchObject({ name: 'main', commit: first });
    expect(find('HEAD')).toMatchObject({ name: 'HEAD', commit: second });
    expect(() => find('v9')).toThrow('--base: no commit is called v9 here');
  });
});
