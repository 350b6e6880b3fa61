import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoreAside } from '../../src/run/aside.ts';
import { claimWork, openWork, recoverWork, type WorkWish } from '../../src/run/claims.ts';
import { openWorkspace } from '../../src/store/workspace.ts';
import { type Claim, tryClaim } from '../../src/util/claim.ts';
import { readClaims } from '../../src/util/claim-file.ts';
import { groupMembers, thisProcess } from '../../src/util/process.ts';
import { buildProcess, Child, temporaryFolder } from '../child.ts';

let folder: ReturnType<typeof temporaryFolder>;
let state: string;
beforeEach(() => {
  folder = temporaryFolder();
  state = join(folder.path, '.git', 'mlops');
});
afterEach(() => folder.remove());

const train: WorkWish = {
  name: 'stage:train',
  what: 'stage train',
  reads: ['data/train.csv', 'src/train.mjs'],
  writes: ['models/model.onnx'],
};

function claim(wish: Partial<WorkWish> & { readonly name: string }, waitMs = 0): Promise<Claim> {
  return claimWork(openWork(state), { what: wish.name, ...wish }, { waitMs });
}

const busy = { failures: [{ exit: 'busy' }] };

describe('work', () => {
  it.each([
    ['of the same name', { name: 'stage:train' }],
    ['that writes what it reads', { name: 'stage:prepare', writes: ['data/train.csv'] }],
    ['that writes the folder of what it reads', { name: 'pull', writes: ['data'] }],
    ['that reads what it writes', { name: 'stage:judge', reads: ['models/model.onnx'] }],
    ['that reads the folder of what it writes', { name: 'stage:judge', reads: ['models'] }],
    ['that writes below what it writes', { name: 'checkout', writes: ['models/model.onnx/part'] }],
  ])('waits for work %s', async (_, wish) => {
    const held = await claim(train);
    await expect(claim(wish)).rejects.toMatchObject(busy);
    held.release();
    (await claim(wish)).release();
  });

  it('waits for work that claims one of its names beside another', async () => {
    const both = await claim({ name: 'stage:train', also: ['key:4a4f'] });
    await expect(claim({ name: 'key:4a4f' })).rejects.toMatchObject(busy);
    await expect(claim({ name: 'stage:twin', also: ['key:4a4f'] })).rejects.toMatchObject(busy);
    both.release();
    (await claim({ name: 'stage:twin', also: ['key:4a4f'] })).release();
  });

  it.each([
    ['that reads the same', { name: 'stage:other', reads: ['data/train.csv'] }],
    ['whose paths only begin alike', { name: 'stage:other', writes: ['data/train.csv.bak', 'model'] }],
    ['without paths', { name: 'key:4a4f' }],
  ])('does not wait for work %s', async (_, wish) => {
    await claim(train);
    await claim(wish);
  });

  it('names whom it waits for', async () => {
    const held = await claim(train);
    const waits: string[] = [];
    const next = claimWork(
      openWork(state),
      { name: 'pull', what: 'pull', writes: ['data'] },
      {
        onWait: (holder) => {
          waits.push(holder);
          setTimeout(() => held.release(), 10);
        },
      },
    );
    (await next).release();
    expect(waits).toHaveLength(1);
    expect(waits[0]).toMatch(
      new RegExp(
        `^stage train \\(pid ${process.pid} on .+, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC\\)$`,
      ),
    );
  });

  it('leaves only the table behind', async () => {
    for (let i = 0; i < 5; i++) (await claim({ ...train, name: `key:${i}` })).release();
    expect(readdirSync(join(state, 'claims')).filter((name) => !name.startsWith('table-'))).toEqual([]);
  });

  it('lets everybody who waits have their turn', async () => {
    const order: string[] = [];
    const turns = ['a', 'b', 'c', 'd', 'e'].map(async (name) => {
      const held = await claim({ name, writes: ['out'] }, 20_000);
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
      held.release();
    });
    await Promise.all(turns);
    expect(order).toHaveLength(10);
    for (let i = 0; i < 10; i += 2) expect(order[i + 1]!.slice(0, 1)).toBe(order[i]!.slice(0, 1));
  });
});

describe('work of a process that was killed', () => {
  it('ends with its processes gone, its outs back, and its claim taken over', async () => {
    mkdirSync(join(folder.path, 'models'));
    const out = join(folder.path, 'models/model.txt');
    writeFileSync(out, 'last good');
    const script = await buildProcess('hold-work', folder.path);
    const child = new Child(script, [folder.path, state]);
    await child.said('aside');
    const pgid = Number(await child.said('group'));
    await child.said('running');
    await expect(claim({ name: 'stage:train' })).rejects.toMatchObject(busy);
    expect(readFileSync(out, 'utf8')).toBe('half');

    await child.kill('SIGKILL');
    const git = join(folder.path, '.git');
    const workspace = openWorkspace({ top: folder.path, gitDir: git, commonDir: git });
    const gone: string[] = [];
    const held = await claimWork(
      openWork(state),
      { name: 'checkout', what: 'checkout', writes: ['models'] },
      {
        waitMs: 20_000,
        takeOver: (dead) => {
          gone.push(dead.name);
          restoreAside(workspace, state, dead.nonce);
        },
      },
    );
    expect(gone).toEqual(['stage:train']);
    expect(readFileSync(out, 'utf8')).toBe('last good');
    while (groupMembers(pgid).length > 0) await new Promise((resolve) => setImmediate(resolve));
    held.release();
    (await claim(train)).release();
  });
});

describe('recovery', () => {
  it('takes over what dead processes left, and only that', async () => {
    const dead = { ...openWork(state), self: { ...thisProcess(), started: '1' } };
    await claim({ name: 'stage:other' });
    const lost = await claimWork(dead, { ...train, name: 'stage:lost' });
    tryClaim(dead, 'lock:pipeline.lock', { what: 'not made at the table' });
    const gone: string[] = [];
    const recover = (): void => recoverWork(openWork(state), (each) => gone.push(each.nonce));
    recover();
    recover();
    expect(gone).toEqual([lost.nonce]);
    expect(lost.isMine()).toBe(false);
    expect(
      readClaims(dead)
        .map(({ content }) => content.name)
        .toSorted(),
    ).toEqual(['lock:pipeline.lock', 'stage:other', 'table']);
    await expect(claim({ name: 'stage:other' })).rejects.toMatchObject(busy);
  });
});
