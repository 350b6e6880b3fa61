// The SDK's client, set up as this program wants it, and where in it a remote lies.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fail } from '../core/failure.ts';
import type { RemoteConfig } from './config.ts';

/** As `S3Client.send`; the signal of the whole remote ends it too. */
type Send = S3Client['send'];

export interface Bucket {
  /** As configured: for messages. */
  readonly url: string;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  readonly name: string;
  /** Put before every name: '' or ending in `/`. */
  readonly prefix: string;
  readonly send: Send;
  /** The server is asked to check sha256 by its own checksum headers. */
  readonly checksums: boolean;
  readonly encryption: {
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
    readonly SSEKMSKeyId?: string;
  };
}

const CONNECT_MS = 10_000;
/** A connection on which nothing moves for so long is given up. */
const SILENT_MS = 60_000;

export async function openBucket(config: RemoteConfig, jobs: number, signal?: AbortSignal): Promise<Bucket> {
  const parts = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(config.url);
  if (!parts) fail('config', `remote ${config.url}: names no bucket`, { help: 'write s3://bucket/prefix' });
  const folder = parts[2]!.replace(/\/+$/, '');
  const client = withoutNotice(() => new S3Client(clientConfig(config, jobs)));
  await client.config
    .region()
    .catch((error: unknown) =>
      fail(
        'config',
        `remote ${config.url}: no region is known`,
        { help: 'set it: mlops remote modify NAME region REGION, or AWS_REGION' },
        error,
      ),
    );
  const send = (
    command: Parameters<Send>[0],
    options: { readonly abortSignal?: AbortSignal } = {},
  ): unknown => {
    const signals = [signal, options.abortSignal].filter((each) => each !== undefined);
    return client.send(command, { abortSignal: AbortSignal.any(signals) });
  };
  return {
    url: config.url,
    endpoint: config.endpoint,
    profile: config.profile ?? process.env['AWS_PROFILE'],
    name: parts[1]!,
    prefix: folder === '' ? 'v1/' : `${folder}/v1/`,
    send: send as Send,
    checksums: config.checksums !== 'off',
    encryption: {
      ...(config.sse ? { ServerSideEncryption: config.sse } : {}),
      ...(config.kmsKey ? { SSEKMSKeyId: config.kmsKey } : {}),
    },
  };
}

function clientConfig(config: RemoteConfig, jobs: number): S3ClientConfig {
  // Servers other than Amazon's mostly have one region, and do not care what it is called.
  const region = config.region ?? (config.endpoint ? (process.env['AWS_REGION'] ?? 'us-east-1') : undefined);
  const agent = { keepAlive: true, maxSockets: jobs + 8 };
  return {
    ...(config.endpoint ? { endpoint: config.endpoint } : {}),
    ...(region ? { region } : {}),
    ...(config.profile ? { profile: config.profile } : {}),
    ...(config.anonymous ? ANONYMOUS : {}),
    // The SDK's own logger speaks to the console when a streamed body fails; retry.ts decides what that means.
    logger: SILENT,
    forcePathStyle: config.pathStyle ?? config.endpoint !== undefined,
    maxAttempts: 1,
    // CRC32 trailers are off: bodies are checked by sha256, and half of the compatible servers garble trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      httpAgent: agent,
      httpsAgent: config.caFile ? { ...agent, ca: [...rootCertificates, readCa(config.caFile)] } : agent,
    },
  };
}

/** Requests go out as they are; the credentials keep the SDK from looking for any. */
const ANONYMOUS: S3ClientConfig = {
  signer: { sign: async (request) => request },
  credentials: { accessKeyId: '', secretAccessKey: '' },
};

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(
      'config',
      `caFile ${path} cannot be read`,
      { help: 'it names a file of PEM certificates' },
      error,
    );
  }
}

const NOTICE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

/** The SDK warns on Node 20 when a client is made; it is silenced for that moment only, as stages inherit the environment. */
function withoutNotice<T>(make: () => T): T {
  const before = process.env[NOTICE];
  process.env[NOTICE] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[NOTICE];
    else process.env[NOTICE] = before;
  }
}
