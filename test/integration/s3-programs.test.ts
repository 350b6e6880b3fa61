// The contracts of Remote and of transfers, and uploads that break off, over S3 servers that others wrote.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileBody, textBody } from '../../src/remote/body.ts';
import { probeConditionalPuts } from '../../src/remote/conditional-puts.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import { readFormat } from '../../src/remote/format.ts';
import { receiveLarge } from '../../src/remote/receive-large.ts';
import type { Body } from '../../src/remote/remote.ts';
import { noRequests } from '../../src/remote/requests.ts';
import { s3Remote } from '../../src/remote/s3.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { patient } from '../remote/rig.ts';
import { useKeys } from '../remote/s3-rig.ts';
import { remoteContract } from '../suites/remote.ts';
import { remotePacksContract } from '../suites/remote-packs.ts';
import { transferContract } from '../suites/transfer.ts';
import {
  createBucket,
  findProgram,
  howToGet,
  MINIO,
  PROGRAM_KEYS,
  type RunningS3,
  startProgram,
  VERSITYGW,
} from './s3-programs.ts';

const MIB = 2 ** 20;

for (const program of [VERSITYGW, MINIO]) {
  const file = findProgram(program);
  if (!file) console.warn(howToGet(program));

  describe.skipIf(!file)(program.name, () => {
    let server: RunningS3;
    let places = 0;
    const scratch = mkdtempSync(join(tmpdir(), 'mlops-s3-files-'));
    const newConfig = (): RemoteConfig => ({ url: `s3://bucket/place-${places++}`, endpoint: server.url });
    beforeAll(async () => {
      server = await startProgram(program, file!);
      useKeys(PROGRAM_KEYS.accessKeyId, PROGRAM_KEYS.secretAccessKey);
      await createBucket(server, 'bucket');
    });
    afterAll(async () => {
      await server.stop();
      rmSync(scratch, { recursive: true, force: true });
    });

    remoteContract(`a bucket on ${program.name}`, async () => {
      const config = newConfig();
      return { open: () => s3Remote(config, { jobs: 16 }) };
    });

    transferContract(program.name, async () => {
      const config = newConfig();
      return { open: async () => patient(await s3Remote(config, { jobs: 16 })) };
    });

    remotePacksContract(program.name, async () => {
      const config = newConfig();
      return { open: async () => patient(await s3Remote(config, { jobs: 16 })) };
    });

    it('says no to wrong keys, and that there is no bucket', async () => {
      const elsewhere = await s3Remote({ ...newConfig(), url: 's3://other' }, { jobs: 1 });
      await expect(readFormat(elsewhere)).rejects.toMatchObject({
        failures: [{ message: expect.stringContaining('no bucket "other"') }],
      });
      useKeys(PROGRAM_KEYS.accessKeyId, 'wrongwrong');
      const stranger = await s3Remote(newConfig(), { jobs: 1 });
      await expect(stranger.write('a', textBody('x'))).rejects.toMatchObject({
        failures: [{ exit: 'remote', message: expect.stringContaining('SignatureDoesNotMatch') }],
      });
      useKeys(PROGRAM_KEYS.accessKeyId, PROGRAM_KEYS.secretAccessKey);
    });

    it('works without checksums of the server', async () => {
      const remote = await s3Remote({ ...newConfig(), checksums: 'off' }, { jobs: 4 });
      await remote.write('a', textBody('hello'));
      const lie = { ...textBody('hello'), digest: textBody('hallo').digest };
      await expect(remote.write('b', lie)).rejects.toMatchObject({ failures: [{ exit: 'integrity' }] });
      expect(await remote.stat('b')).toBeUndefined();
      await remote.remove(['a']);
      expect(await remote.stat('a')).toBeUndefined();
    });

    it('keeps conditions on puts', async () => {
      const remote = await s3Remote(newConfig(), { jobs: 16 });
      expect(await probeConditionalPuts(remote)).toBe('kept');
    });

    it.each(['sha256', 'off'] as const)(
      'is sent only what is missing of an upload that broke off (checksums: %s)',
      async (checksums) => {
        const config: RemoteConfig = { ...newConfig(), checksums };
        const uploads = join(scratch, `uploads-${checksums}`);
        const path = join(scratch, `big-${checksums}`);
        const bytes = randomBytes(6 * 5 * MIB + 1);
        writeFileSync(path, bytes);
        const body = fileBody(path, bytes.length, digestBytes(bytes));
        const breaking: Body = {
          ...body,
          open: (range) => {
            if (range.start >= 20 * MIB) throw Object.assign(new Error('the cable'), { code: 'ECONNRESET' });
            return body.open(range);
          },
        };
        const options = { jobs: 4, uploads, partBytes: 5 * MIB };
        await expect((await s3Remote(config, options)).write('big', breaking)).rejects.toThrow('ECONNRESET');

        const requests = noRequests();
        const next = await s3Remote(config, { ...options, requests });
        await next.write('big', body);
        expect(requests).toMatchObject({ puts: 3 + 1, lists: 1 });
        expect(requests.bytesUp).toBeLessThan(11 * MIB);
        const there = { digest: body.digest, bytes: body.bytes };
        expect(await receiveLarge(next, 'big', there, join(scratch, `back-${checksums}`), () => {})).toBe(
          'whole',
        );
      },
    );
  });
}
