// The read API over a remote that fails on purpose: a stream ends well only when every byte was right.
import { chmodSync, closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { list, MlopsError, open } from '../../src/mlops.ts';
import { expectExit } from '../e2e/story.ts';
import { s3Rig } from '../remote/s3-rig.ts';
import { openRig, type Rig } from '../rig.ts';
import { TEST_KEYS } from '../s3-server/server.ts';

const s3 = s3Rig();
const BIG = Buffer.alloc(5_000_000, 'what a stream is made of, ');
const scratch = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('mlops-read-'));

/** A repository whose bytes are on S3 alone. */
async function registry(): Promise<Rig> {
  const rig = await openRig();
  const { url, endpoint } = s3.newConfig();
  rig.write({
    'data/big.bin': BIG,
    'data/deep/small.txt': 'small\n',
    'data/empty': '',
    'README.md': 'read me\n',
    '.mlops/config.yaml': { remotes: { o: { url, endpoint } } },
  });
  const env = { AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey };
  expectExit(await rig.mlopsWith({ env }, 'add', 'data'), 0);
  await rig.commit('data');
  expectExit(await rig.mlopsWith({ env }, 'push'), 0);
  rig.write({ '.git/mlops/store': null });
  return rig;
}

async function failureOf(work: Promise<unknown>): Promise<MlopsError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MlopsError);
  return error as MlopsError;
}

describe('open', () => {
  let before: string[];
  beforeAll(() => {
    before = scratch();
  });

  it('gives a large file as it comes, a small one proved, and leaves nothing behind', async () => {
    const { path: repo } = await registry();
    s3.server.log.length = 0;
    const big = await open('data/big.bin', { repo });
    const asked = s3.server.log.length;
    expect(big).toMatchObject({ bytes: BIG.length, commit: undefined });
    expect((await big.read()).equals(BIG)).toBe(true);
    expect(s3.server.log.length).toBe(asked + 1);
    expect((await big.read()).equals(BIG)).toBe(true);
    expect(await (await open('data/deep/small.txt', { repo })).text()).toBe('small\n');
    expect((await open('data/empty', { repo, rev: 'HEAD' })).bytes).toBe(0);
    expect(await (await open('README.md', { repo, rev: 'main' })).text()).toBe('read me\n');
    s3.server.log.length = 0;
    expect((await list('data/deep', { repo })).map((each) => each.path)).toEqual(['data/deep/small.txt']);
    expect((await list(undefined, { repo })).map(({ path, bytes }) => [path, bytes])).toEqual([
      ['data/big.bin', BIG.length],
      ['data/deep/small.txt', 6],
      ['data/empty', 0],
    ]);
    expect(scratch()).toEqual(before);
  });

  it('goes on when the connection breaks, and stops when the reader does', async () => {
    const { path: repo } = await registry();
    const big = await open('data/big.bin', { repo });
    let cuts = 2;
    s3.server.faults = ({ operation }) => (operation === 'GetObject' && cuts-- > 0 ? 'cut' : undefined);
    expect((await big.read()).equals(BIG)).toBe(true);
    expect(cuts).toBeLessThan(1);
    s3.server.faults = () => undefined;
    let bytes = 0;
    for await (const chunk of big.stream()) {
      bytes += (chunk as Buffer).length;
      break;
    }
    expect(bytes).toBeLessThan(BIG.length);
    const stop = new AbortController();
    const told = await open('data/big.bin', { repo, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(told.read()).rejects.toThrow('enough');
  });

  it('never ends well with a byte that is wrong', async () => {
    const { path: repo } = await registry();
    const big = await open('data/big.bin', { repo });
    s3.server.faults = ({ operation }) => (operation === 'GetObject' ? 'wrong-bytes' : undefined);
    const wrong = await failureOf(big.read());
    expect(wrong.failures[0]).toMatchObject({ exit: 'integrity' });
    s3.server.faults = () => undefined;
    for (const key of s3.server.buckets.keys('bucket').filter((each) => each.includes(big.digest.slice(2))))
      s3.server.buckets.get('bucket')!.delete(key);
    const gone = await failureOf(big.read());
    expect(gone.failures[0]).toMatchObject({ exit: 'missing' });
  });

  it('takes a large file from the store of a repository on this machine, and proves it', async () => {
    const rig = await registry();
    const fresh = await rig.clone('fresh');
    const env = {
      AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
    };
    expectExit(await fresh.mlopsWith({ env }, 'fetch'), 0);
    s3.server.log.length = 0;
    const big = await open('data/big.bin', { repo: fresh.path });
    expect((await big.read()).equals(BIG)).toBe(true);
    expect(s3.server.log).toEqual([]);
    const object = join(fresh.path, '.git/mlops/store/objects', big.digest.slice(0, 2), big.digest.slice(2));
    chmodSync(object, 0o644);
    const file = openSync(object, 'r+');
    writeSync(file, 'X', 4_999_999);
    closeSync(file);
    expect((await failureOf(big.read())).failures[0]).toMatchObject({ exit: 'integrity' });
  });

  it('says what is wrong with what was asked for', async () => {
    const { path: repo } = await registry();
    for (const [path, options, exit] of [
      ['data', {}, 'usage'],
      ['data/deep', {}, 'usage'],
      ['data/nothing', {}, 'missing'],
      ['nothing', {}, 'missing'],
      ['../x', {}, 'config'],
      ['data/big.bin', { rev: 'no-such' }, 'config'],
      ['data/big.bin', { remote: 'no-such' }, 'config'],
      ['data/big.bin', { repo: 'https://ada:hunter2@example.org/x' }, 'usage'],
      ['data/big.bin', { repo: '/nowhere/at/all' }, 'missing'],
    ] as const) {
      const { failures, message } = await failureOf(open(path, { repo, ...options }));
      expect(failures[0], path).toMatchObject({ exit });
      expect(message).not.toContain('hunter2');
    }
    expect(scratch()).toEqual(before);
  });
});
