// Starts a MinIO of its own for a test file: an S3 server that others wrote.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

export const HOW_TO_GET_MINIO =
  'skipped: no MinIO here. Get one: "go install github.com/minio/minio@latest", then put it on PATH or set MLOPS_MINIO to it.';

export const MINIO_KEYS = { accessKeyId: 'test', secretAccessKey: 'testtest' };

/** The program, or undefined when this machine has none. */
export function findMinio(): string | undefined {
  const program = process.env['MLOPS_MINIO'] ?? 'minio';
  return spawnSync(program, ['--version']).status === 0 ? program : undefined;
}

export interface Minio {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startMinio(program: string): Promise<Minio> {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-minio-'));
  const [port, consolePort] = [await freePort(), await freePort()];
  const child = spawn(
    program,
    ['server', '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`, dir],
    {
      stdio: 'ignore',
      env: {
        ...process.env,
        MINIO_ROOT_USER: MINIO_KEYS.accessKeyId,
        MINIO_ROOT_PASSWORD: MINIO_KEYS.secretAccessKey,
      },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function createBucket(minio: Minio, name: string): Promise<void> {
  const client = new S3Client({
    endpoint: minio.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: MINIO_KEYS,
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until && child.exitCode === null) {
    const ready = await fetch(`${url}/minio/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await setTimeout(50);
  }
  throw new Error(`MinIO did not start (exit code ${child.exitCode})`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
