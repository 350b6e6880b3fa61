// Every call of S3 that a verb makes, failing in every way, once, twice and for ever.
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesBody, collect, textBody } from '../../src/remote/body.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { digestBytes } from '../../src/util/digest.ts';
import type { Fault } from '../s3-server/server.ts';
import { all } from '../suites/remote.ts';
import { s3Rig } from './s3-rig.ts';

const PART_BYTES = 2 ** 20;
const rig = s3Rig({ buckets: ['bucket'], pageNames: 2, smallestPartBytes: PART_BYTES });
afterEach(() => {
  rig.server.faults = () => undefined;
  rig.server.buckets.uploads.clear();
});

const LARGE = bytesBody(randomBytes(2 * PART_BYTES + 1)); // three parts
const NAMES = ['a/1', 'a/2', 'a/3'];

async function readBack(remote: Remote, name: string): Promise<string> {
  return digestBytes((await remote.read(name, collect)) ?? '');
}

interface Call {
  readonly operation: string;
  /** What is asked, and the answer that says it was done. */
  readonly ask: (remote: Remote) => Promise<unknown>;
  readonly answer: unknown;
  /** Faults of its own, besides those that every call may have. */
  readonly also?: readonly Fault[];
  /** Faults that spoil the answer but not the deed, which is found out by asking: they are got through for ever. */
  readonly asked?: readonly Fault[];
}

const writeLarge = async (remote: Remote): Promise<unknown> => {
  await remote.write('large', LARGE);
  rig.server.faults = () => undefined;
  return readBack(remote, 'large');
};

const CALLS: readonly Call[] = [
  {
    operation: 'GetObject',
    ask: async (remote) => String(await remote.read('a/1', collect)),
    answer: 'a/1',
    also: ['cut'],
  },
  {
    operation: 'GetObject',
    ask: async (remote) => String(await remote.read('a/1', collect, { start: 1, end: 3 })),
    answer: '/1',
    also: ['cut'],
  },
  { operation: 'HeadObject', ask: (remote) => remote.stat('a/1'), answer: { bytes: 3 } },
  {
    operation: 'ListObjectsV2',
    ask: async (remote) => (await all(remote.list('a/'))).map(({ name }) => name),
    answer: NAMES,
    also: ['cut'],
  },
  {
    operation: 'PutObject',
    ask: async (remote) => {
      await remote.write('a/9', textBody('nine'));
      rig.server.faults = () => undefined;
      return readBack(remote, 'a/9');
    },
    answer: digestBytes('nine'),
    also: ['cut-request', 'wrong-acknowledgment'],
  },
  {
    operation: 'DeleteObjects',
    ask: async (remote) => {
      await remote.remove(NAMES.slice(1));
      rig.server.faults = () => undefined;
      return (await all(remote.list(''))).map(({ name }) => name);
    },
    answer: ['a/1'],
    also: ['cut', 'cut-request'],
  },
  { operation: 'CreateMultipartUpload', ask: writeLarge, answer: LARGE.digest, also: ['cut'] },
  {
    operation: 'UploadPart',
    ask: writeLarge,
    answer: LARGE.digest,
    also: ['cut-request', 'wrong-acknowledgment'],
    asked: ['hang-up-after', 'wrong-acknowledgment'],
  },
  {
    operation: 'CompleteMultipartUpload',
    ask: writeLarge,
    answer: LARGE.digest,
    also: ['cut', { inside200: 'InternalError' }],
    asked: ['hang-up-after', 'cut'],
  },
];

const COMMON: readonly Fault[] = [
  { status: 503, code: 'SlowDown' },
  { status: 500, code: 'InternalError' },
  'hang-up',
  'hang-up-after',
];

const CASES = CALLS.flatMap((call) =>
  [...COMMON, ...(call.also ?? [])].map((fault) => ({ ...call, fault, named: JSON.stringify(fault) })),
);

const open = (): Promise<Remote> => rig.open(rig.newConfig(), { partBytes: PART_BYTES });

describe.each(CASES)('$operation with $named', ({ operation, ask, answer, fault, asked = [] }) => {
  const filled = async (): Promise<Remote> => {
    const remote = await open();
    for (const name of NAMES) await remote.write(name, textBody(name));
    rig.server.log.length = 0;
    return withRetry(remote, { attempts: 3, sleep: async () => {} });
  };
  const failFirst = (times: number): (() => number) => {
    let left = times;
    rig.server.faults = (request) => (request.operation === operation && left-- > 0 ? fault : undefined);
    return () => times - Math.max(0, left);
  };
  /** Nobody was told the name of an upload whose beginning was not answered: it stays until the bucket's rules end it. */
  const unanswered =
    operation === 'CreateMultipartUpload' && ['hang-up-after', 'cut'].includes(String(fault));

  it.each([1, 2])('%i times is got through', async (times) => {
    const remote = await filled();
    const failed = failFirst(times);
    expect(await ask(remote)).toEqual(answer);
    expect(failed()).toBeGreaterThanOrEqual(asked.includes(fault) ? 1 : times);
    expect(rig.server.buckets.uploads.size).toBe(unanswered ? times : 0);
  });

  if (!asked.includes(fault))
    it('for ever is told as trouble with the remote, after 3 attempts', async () => {
      const remote = await filled();
      failFirst(Number.POSITIVE_INFINITY);
      const error = await ask(remote).then(
        () => expect.fail('it says that it worked'),
        (thrown) => thrown,
      );
      const exit = fault === 'wrong-acknowledgment' ? 'integrity' : 'remote';
      expect(error.failures, String(error.stack)).toMatchObject([{ exit }]);
      expect(rig.server.count(operation)).toBeGreaterThanOrEqual(3);
      const sideBySide = operation === 'UploadPart' ? 3 : 1;
      expect(rig.server.count(operation)).toBeLessThanOrEqual(3 * sideBySide);
    });

  if (asked.includes(fault))
    it('for ever is got through, as the server says what it has', async () => {
      const remote = await filled();
      failFirst(Number.POSITIVE_INFINITY);
      expect(await ask(remote)).toEqual(answer);
    });
});

describe('a listing of parts', () => {
  it.each(COMMON.map((fault) => ({ fault, named: JSON.stringify(fault) })))(
    'that fails with $named costs no part that was sent',
    async ({ fault }) => {
      const remote = withRetry(await open(), {
        attempts: 4,
        sleep: async () => {},
      });
      rig.server.log.length = 0;
      let lists = 2;
      let parts = 0;
      rig.server.faults = ({ operation }) => {
        if (operation === 'UploadPart' && ++parts === 3) return { status: 503, code: 'SlowDown' };
        return operation === 'ListParts' && lists-- > 0 ? fault : undefined;
      };
      await remote.write('large', LARGE);
      expect(rig.server.count('ListParts')).toBe(3);
      expect(rig.server.count('UploadPart')).toBe(4);
      expect(await readBack(remote, 'large')).toBe(LARGE.digest);
    },
  );
});

describe('an abort that fails', () => {
  it('leaves the trouble that led to it the one that is told', async () => {
    const remote = await open();
    rig.server.faults = ({ operation }) => {
      if (operation === 'UploadPart') return { status: 403, code: 'AccessDenied' };
      return operation === 'AbortMultipartUpload' ? 'hang-up' : undefined;
    };
    await expect(remote.write('large', LARGE)).rejects.toMatchObject({
      failures: [{ message: expect.stringContaining('forbidden') }],
    });
  });
});
