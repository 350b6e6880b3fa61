// The SDK's client, set up as this program wants it, and where in it a remote lies.
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fail } from '../core/failure.ts';
import type { RemoteConfig } from './config.ts';
import { type Place, places } from './limit.ts';
import type { Agents } from './proxies.ts';
import { type Answered, type Asked, countAnswer, countRequest, type Requests } from './requests.ts';
import { adviceForRole, roleCredentials } from './role-credentials.ts';
import { bucketAgents } from './s3-agents.ts';
import { isWithoutCredentials } from './s3-credentials.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** As `S3Client.send`; the signal of the whole remote ends it too. */
type Send = S3Client['send'];

export interface S3Options {
  /** Operations at once: so many connections are kept. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** Folder for uploads in parts that were not finished; absent = remembered only while the program runs. */
  readonly uploads?: string;
  readonly requests?: Requests;
  /** A connection on which nothing moves for so long is given up. Default 60,000. */
  readonly silentMs?: number;
  /** Where no credentials are found: go on without, instead of failing. */
  readonly unknown?: 'anonymous';
  /** The token of a CI job is sent nowhere: the settings are not those of this project. */
  readonly jobToken?: 'withheld';
  /** The smallest part of an upload in parts; what is not larger than two goes in one piece. Default 16 MiB. */
  readonly partBytes?: number;
}

export interface Bucket {
  /** As configured: for messages. */
  readonly url: string;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
  readonly anonymous: boolean;
  /** What to do where the job has a role and no credentials. */
  readonly roleAdvice: string | undefined;
  readonly name: string;
  /** Put before every name: '' or ending in `/`. */
  readonly prefix: string;
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
  /** The server is asked to check sha256 by its own checksum headers. */
  readonly checksums: boolean;
  readonly encryption: {
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
    readonly SSEKMSKeyId?: string;
  };
  readonly uploads: Uploads;
  readonly partBytes: number;
  /** Parts under way at once, over all uploads: what they hold in memory is bounded by it. */
  readonly partPlace: Place;
}

const CONNECT_MS = 10_000;
const SILENT_MS = 60_000;
const PART_BYTES = 16 * 2 ** 20;
const PARTS_AT_ONCE = 8;

export async function openBucket(config: RemoteConfig, options: S3Options): Promise<Bucket> {
  const parts = /^s3:\/\/([^/]+)\/?(.*)$/i.exec(config.url);
  if (!parts) fail('config', `remote ${config.url}: names no bucket`, { help: 'write s3://bucket/prefix' });
  const folder = parts[2]!.replace(/\/+$/, '');
  const { client, anonymous } = await openClient(config, options);
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
  if (options.requests) countInto(client, options.requests);
  return {
    url: config.url,
    endpoint: config.endpoint,
    profile: config.profile ?? process.env['AWS_PROFILE'],
    anonymous,
    roleAdvice: adviceForRole(config, process.env),
    name: parts[1]!,
    prefix: folder === '' ? 'v1/' : `${folder}/v1/`,
    send: stoppable(client, options.signal),
    signal: options.signal,
    checksums: config.checksums !== 'off',
    encryption: {
      ...(config.sse ? { ServerSideEncryption: config.sse } : {}),
      ...(config.kmsKey ? { SSEKMSKeyId: config.kmsKey } : {}),
    },
    uploads: openUploads(options.uploads),
    partBytes: options.partBytes ?? PART_BYTES,
    partPlace: places(PARTS_AT_ONCE),
  };
}

async function openClient(
  config: RemoteConfig,
  options: S3Options,
): Promise<{ readonly client: S3Client; readonly anonymous: boolean }> {
  const agents = await bucketAgents(config, options.jobs);
  const open = (more: S3ClientConfig): S3Client =>
    withoutNotice(() => new S3Client({ ...clientConfig(config, agents, options.silentMs), ...more }));
  if (config.anonymous) return { client: open(ANONYMOUS), anonymous: true };
  const credentials =
    options.jobToken === 'withheld' ? undefined : roleCredentials(config, process.env, agents);
  const client = open(credentials ? { credentials } : {});
  if (options.unknown !== 'anonymous' || credentials || (await findsCredentials(client)))
    return { client, anonymous: false };
  client.destroy();
  return { client: open(ANONYMOUS), anonymous: true };
}

async function findsCredentials({ config }: S3Client): Promise<boolean> {
  try {
    await config.credentials();
    return true;
  } catch (error) {
    if (isWithoutCredentials(error)) return false;
    throw error;
  }
}

function stoppable(client: S3Client, signal: AbortSignal | undefined): Send {
  const send = (
    command: Parameters<Send>[0],
    options: { readonly abortSignal?: AbortSignal } = {},
  ): unknown => {
    const signals = [signal, options.abortSignal].filter((each) => each !== undefined);
    return client.send(command, { abortSignal: AbortSignal.any(signals) });
  };
  return send as Send;
}

function clientConfig(config: RemoteConfig, agents: Agents, silentMs = SILENT_MS): S3ClientConfig {
  // Servers other than Amazon's mostly have one region, and do not care what it is called.
  const region = config.region ?? (config.endpoint ? (process.env['AWS_REGION'] ?? 'us-east-1') : undefined);
  return {
    ...(config.endpoint ? { endpoint: config.endpoint } : {}),
    ...(region ? { region } : {}),
    ...(config.profile ? { profile: config.profile } : {}),
    // The SDK's own logger speaks to the console when a streamed body fails; retry.ts decides what that means.
    logger: SILENT,
    forcePathStyle: config.pathStyle ?? config.endpoint !== undefined,
    maxAttempts: 1,
    // CRC32 trailers are off: bodies are checked by sha256, and half of the compatible servers garble trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would cost a connection of its own for each large body, and six seconds where a server does not know it.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: silentMs,
      httpAgent: agents.http,
      httpsAgent: agents.https as never,
    },
  };
}

function countInto(client: S3Client, requests: Requests): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      countRequest(requests, args.request as Asked);
      const result = await next(args);
      countAnswer(requests, result.response as Answered);
      return result;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'countRequests' },
  );
}

/** Requests go out as they are; the credentials keep the SDK from looking for any. */
const ANONYMOUS: S3ClientConfig = {
  signer: { sign: async (request) => request },
  credentials: { accessKeyId: '', secretAccessKey: '' },
};

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

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
