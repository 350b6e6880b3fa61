import { afterAll, describe, expect, it, vi } from 'vitest';
import { collect, textBody } from '../../src/remote/body.ts';
import { withLimit } from '../../src/remote/limit.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { lasting, passing } from '../../src/remote/trouble.ts';
import { all } from '../suites/remote.ts';
import { folderRemote, removeFolders, spoiled, type Verb } from './rig.ts';

afterAll(removeFolders);

const VERBS: { readonly [verb in Verb]: (remote: Remote) => Promise<unknown> } = {
  read: async (remote) => String(await remote.read('a/1', collect)),
  write: (remote) => remote.write('a/9', textBody('nine')),
  stat: (remote) => remote.stat('a/1'),
  list: async (remote) => (await all(remote.list('a/'))).map(({ name }) => name),
  remove: (remote) => remote.remove(['a/2']),
};

async function filled(): Promise<Remote> {
  const remote = folderRemote();
  for (const name of ['a/1', 'a/2', 'a/3']) await remote.write(name, textBody(name));
  return remote;
}

function failing(remote: Remote, times: number, error: () => Error): { remote: Remote; calls: () => number } {
  let calls = 0;
  const spoil = spoiled(remote, () => {
    if (calls++ < times) throw error();
  });
  return { remote: spoil, calls: () => calls };
}

describe('withRetry', () => {
  it.each(Object.keys(VERBS) as Verb[])('%s comes through when it fails once or twice', async (verb) => {
    for (const times of [1, 2]) {
      const right = await VERBS[verb](await filled());
      const { remote } = failing(await filled(), times, () => passing('busy'));
      expect(await VERBS[verb](withRetry(remote, { sleep: async () => {} }))).toEqual(right);
    }
  });

  it.each(Object.keys(VERBS) as Verb[])('%s gives up with the failure when it never works', async (verb) => {
    const { remote, calls } = failing(await filled(), Number.POSITIVE_INFINITY, () => passing('busy'));
    await expect(
      VERBS[verb](withRetry(remote, { attempts: 4, sleep: async () => {} })),
    ).rejects.toMatchObject({
      failures: [{ exit: 'remote', message: 'busy' }],
    });
    expect(calls()).toBe(4);
  });

  it('does not repeat what will not get better', async () => {
    const { remote, calls } = failing(await filled(), 9, () => lasting('forbidden', 'ask'));
    await expect(withRetry(remote).stat('a/1')).rejects.toThrow('forbidden');
    expect(calls()).toBe(1);
  });

  it('waits longer each time, spread by chance', async () => {
    const waits: number[] = [];
    const { remote } = failing(await filled(), 4, () => passing('busy'));
    await withRetry(remote, { sleep: async (ms) => void waits.push(ms), random: () => 0.5 }).stat('a/1');
    expect(waits).toEqual([100, 200, 400, 800]);
  });

  it('starts the reader over after a body broke off', async () => {
    const remote = await filled();
    let attempts = 0;
    const text = await withRetry(remote, { sleep: async () => {} }).read('a/1', async (body) => {
      const bytes = await collect(body);
      if (attempts++ === 0) throw passing('cut');
      return String(bytes);
    });
    expect(text).toBe('a/1');
  });

  it('goes on with a listing where it broke off, and gives no name twice', async () => {
    const remote = await filled();
    let left = 2;
    const breaking = spoiled(remote, (_, name) => {
      if (name === 'a/2' && left-- > 0) throw passing('cut');
    });
    const names = (await all(withRetry(breaking, { sleep: async () => {} }).list('a/'))).map(
      (each) => each.name,
    );
    expect(names).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('ends with the reason of the signal, also while it waits', async () => {
    const { remote } = failing(await filled(), 9, () => passing('busy'));
    const stop = new AbortController();
    const waiting = withRetry(remote, { signal: stop.signal, random: () => 1 }).stat('a/1');
    stop.abort(new Error('stopped by the user'));
    await expect(waiting).rejects.toThrow('stopped by the user');
  });

  it('lets many wait on one signal without a warning from Node', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    const { remote } = failing(await filled(), 20, () => passing('busy'));
    const patient = withRetry(remote, { signal: new AbortController().signal, random: () => 0.01 });
    await Promise.all(Array.from({ length: 20 }, () => patient.stat('a/1')));
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('withLimit', () => {
  it('runs no more at once than it says, and all of it', async () => {
    const remote = await filled();
    let running = 0;
    let most = 0;
    const counting: Remote = {
      ...remote,
      stat: async (name) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return remote.stat(name);
      },
    };
    const limited = withLimit(counting, 3);
    const found = await Promise.all(Array.from({ length: 20 }, (_, i) => limited.stat(`a/${(i % 3) + 1}`)));
    expect(found.every((each) => each?.bytes === 3)).toBe(true);
    expect(most).toBe(3);
  });

  it('gives the place back when work fails', async () => {
    const limited = withLimit(failing(await filled(), 2, () => new Error('no')).remote, 1);
    await expect(limited.stat('a/1')).rejects.toThrow('no');
    await expect(limited.stat('a/1')).rejects.toThrow('no');
    expect(await limited.stat('a/1')).toEqual({ bytes: 3 });
  });

  it('lets a listing be read while each of its names is worked on', async () => {
    const limited = withLimit(await filled(), 1);
    const sizes = [];
    for await (const { name } of limited.list('a/')) sizes.push((await limited.stat(name))?.bytes);
    expect(sizes).toEqual([3, 3, 3]);
  });
});
