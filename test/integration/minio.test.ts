// The contracts of Remote and of transfers, over a real MinIO.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textBody } from '../../src/remote/body.ts';
import type { RemoteConfig } from '../../src/remote/config.ts';
import { readFormat } from '../../src/remote/format.ts';
import { s3Remote } from '../../src/remote/s3.ts';
import { patient } from '../remote/rig.ts';
import { useKeys } from '../remote/s3-rig.ts';
import { remoteContract } from '../suites/remote.ts';
import { transferContract } from '../suites/transfer.ts';
import {
  createBucket,
  findMinio,
  HOW_TO_GET_MINIO,
  MINIO_KEYS,
  type Minio,
  startMinio,
} from './minio-server.ts';

const program = findMinio();
if (!program) console.warn(HOW_TO_GET_MINIO);

describe.skipIf(!program)('MinIO', () => {
  let minio: Minio;
  let places = 0;
  const newConfig = (): RemoteConfig => ({ url: `s3://bucket/place-${places++}`, endpoint: minio.url });
  beforeAll(async () => {
    minio = await startMinio(program!);
    useKeys(MINIO_KEYS.accessKeyId, MINIO_KEYS.secretAccessKey);
    await createBucket(minio, 'bucket');
  });
  afterAll(() => minio.stop());

  remoteContract('a bucket on MinIO', async () => {
    const config = newConfig();
    return { open: () => s3Remote(config, { jobs: 16 }) };
  });

  transferContract('MinIO', async () => {
    const config = newConfig();
    return { open: async () => patient(await s3Remote(config, { jobs: 16 })) };
  });

  it('says no to wrong keys, and that there is no bucket', async () => {
    const elsewhere = await s3Remote({ ...newConfig(), url: 's3://other' }, { jobs: 1 });
    await expect(readFormat(elsewhere)).rejects.toMatchObject({
      failures: [{ message: expect.stringContaining('no bucket "other"') }],
    });
    useKeys(MINIO_KEYS.accessKeyId, 'wrongwrong');
    const stranger = await s3Remote(newConfig(), { jobs: 1 });
    await expect(stranger.write('a', textBody('x'))).rejects.toMatchObject({
      failures: [{ exit: 'remote', message: expect.stringContaining('SignatureDoesNotMatch') }],
    });
    useKeys(MINIO_KEYS.accessKeyId, MINIO_KEYS.secretAccessKey);
  });

  it('works without checksums of the server', async () => {
    const remote = await s3Remote({ ...newConfig(), checksums: 'off' }, { jobs: 4 });
    await remote.write('a', textBody('hello'));
    const lie = { ...textBody('hello'), digest: textBody('hallo').digest };
    await expect(remote.write('b', lie)).rejects.toMatchObject({ failures: [{ exit: 'integrity' }] });
    expect(await remote.stat('b')).toBeUndefined();
  });
});
