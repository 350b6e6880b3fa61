// Real S3 servers. Each turn has one of its own: started on a fresh directory, told to listen on this machine only,
// stopped when the turn is over.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { minio, versitygw } from './tools.mjs';

export const BUCKET = 'bench';
const KEYS = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
const READY_MS = 30_000;

/** Name → how it is started. `requests` counts what it was asked, where it keeps a log of that. */
export const servers = {
  versitygw: {
    program: versitygw,
    argv: (address, data, log) => ['--port', address, '--quiet', '--access-log', log, 'posix', data],
    env: { ROOT_ACCESS_KEY: KEYS.accessKeyId, ROOT_SECRET_KEY: KEYS.secretAccessKey },
    requests: (log) => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0),
  },
  MinIO: {
    program: minio,
    argv: (address, data) => ['server', '--quiet', '--address', address, data],
    env: {
      MINIO_ROOT_USER: KEYS.accessKeyId,
      MINIO_ROOT_PASSWORD: KEYS.secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
  },
};

/**
 * Runs `use` beside a server that has one empty bucket; the turn's commands find its credentials in their environment.
 * @param use ({endpoint, requests}) => …; `requests()` is how many it has answered, undefined where it does not count
 */
export async function withServer(turn, name, use) {
  const { program, argv, env, requests } = servers[name];
  const port = await freePort();
  const log = join(turn.dir, 'requests.log');
  const said = openSync(join(turn.dir, 'server.log'), 'w');
  const child = spawn(program, argv(`127.0.0.1:${port}`, turn.folder('server'), log), {
    env: { ...turn.env, ...env },
    stdio: ['ignore', said, said],
  });
  closeSync(said);
  const ended = once(child, 'exit');
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await makeBucket(endpoint, () => child.exitCode);
    Object.assign(turn.env, {
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    await use({ endpoint, requests: () => requests?.(log) });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** The first bucket can be made as soon as the server is up, which is asked by trying. */
async function makeBucket(endpoint, exitCode) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: KEYS,
    maxAttempts: 1,
  });
  try {
    for (const until = Date.now() + READY_MS; ; await sleep(50)) {
      const error = await client.send(new CreateBucketCommand({ Bucket: BUCKET })).then(
        () => undefined,
        (reason) => reason,
      );
      if (!error) return;
      if (exitCode() !== null || Date.now() > until)
        throw new Error(`the server did not start: ${error.message}`);
    }
  } finally {
    client.destroy();
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
