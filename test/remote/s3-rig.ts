// Opens remotes on the test server, each under a prefix of its own.
import { afterAll, beforeAll } from 'vitest';
import type { RemoteConfig } from '../../src/remote/config.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { s3Remote } from '../../src/remote/s3.ts';
import type { S3Options } from '../../src/remote/s3-client.ts';
import { type S3Server, type S3ServerOptions, startS3, TEST_KEYS } from '../s3-server/server.ts';

export interface S3Rig {
  readonly server: S3Server;
  /** A config for a place that nobody used yet. */
  newConfig(): RemoteConfig;
  /** One attempt for each call: no retry, no limit. */
  open(config: RemoteConfig, options?: Partial<S3Options>): Promise<Remote>;
}

/** Sets the credentials that the SDK's own chain finds, and starts a server for the tests of this file. */
export function s3Rig(options: S3ServerOptions = { buckets: ['bucket'] }): S3Rig {
  let server: S3Server;
  let places = 0;
  const before = { ...process.env };
  beforeAll(async () => {
    server = await startS3(options);
    useKeys(TEST_KEYS.accessKeyId, TEST_KEYS.secretAccessKey);
  });
  afterAll(async () => {
    process.env = before;
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    newConfig: () => ({ url: `s3://bucket/place-${places++}`, endpoint: server.url }),
    open: (config, more = {}) => s3Remote(config, { jobs: 16, ...more }),
  };
}

export function useKeys(id: string, secret: string, token?: string): void {
  process.env['AWS_ACCESS_KEY_ID'] = id;
  process.env['AWS_SECRET_ACCESS_KEY'] = secret;
  if (token === undefined) delete process.env['AWS_SESSION_TOKEN'];
  else process.env['AWS_SESSION_TOKEN'] = token;
}
