// S3 servers that others wrote, each started for a test file with a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Keys } from '../s3-server/signature.ts';

export interface S3Program {
  readonly name: string;
  /** The variable that names its file; else it is looked for on the PATH. */
  readonly variable: string;
  readonly file: string;
  readonly module: string;
  readonly args: (address: string, folder: string, spare: string) => readonly string[];
  readonly env: (keys: Keys) => { readonly [name: string]: string };
}

export const MINIO: S3Program = {
  name: 'MinIO',
  variable: 'MLOPS_MINIO',
  file: 'minio',
  module: 'github.com/minio/minio@latest',
  args: (address, folder, spare) => ['server', '--address', address, '--console-address', spare, folder],
  env: ({ accessKeyId, secretAccessKey }) => ({
    MINIO_ROOT_USER: accessKeyId,
    MINIO_ROOT_PASSWORD: secretAccessKey,
  }),
};

export const VERSITYGW: S3Program = {
  name: 'versitygw',
  variable: 'MLOPS_VERSITYGW',
  file: 'versitygw',
  module: 'github.com/versity/versitygw/cmd/versitygw@latest',
  args: (address, folder) => ['--port', address, 'posix', folder],
  env: ({ accessKeyId, secretAccessKey }) => ({
    ROOT_ACCESS_KEY: accessKeyId,
    ROOT_SECRET_KEY: secretAccessKey,
  }),
};

export const PROGRAM_KEYS: Keys = { accessKeyId: 'test', secretAccessKey: 'testtest' };

/** As `mlops` is given them, and whatever else is started. */
export const PROGRAM_ENV = {
  AWS_ACCESS_KEY_ID: PROGRAM_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: PROGRAM_KEYS.secretAccessKey,
  AWS_REGION: 'us-east-1',
};

/** Its file, or undefined when this machine has none. */
export function findProgram({ variable, file }: S3Program): string | undefined {
  const program = process.env[variable] ?? file;
  return spawnSync(program, ['--version']).status === 0 ? program : undefined;
}

export function howToGet({ name, variable, module }: S3Program): string {
  return `skipped: no ${name} here. Get one: "go install ${module}", then put it on PATH or set ${variable} to it.`;
}

export interface RunningS3 {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startProgram(
  program: S3Program,
  file: string,
  env: { readonly [name: string]: string } = {},
): Promise<RunningS3> {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-s3-'));
  const data = join(dir, 'data');
  mkdirSync(data);
  const [address, spare] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const child = spawn(file, program.args(address, data, spare), {
    stdio: 'ignore',
    env: { ...process.env, ...program.env(PROGRAM_KEYS), ...env },
  });
  const url = `http://${address}`;
  await untilReady(program, url, child);
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

export async function createBucket({ url }: RunningS3, name: string): Promise<void> {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: PROGRAM_KEYS,
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
}

/** Every key in it. */
export async function listBucket({ url }: RunningS3, name: string): Promise<string[]> {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: PROGRAM_KEYS,
  });
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  client.destroy();
  return Contents.map(({ Key }) => Key!);
}

/** It takes connections, and answers them: MinIO says 503 while it starts. */
async function untilReady({ name }: S3Program, url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 30_000;
  while (Date.now() < until && child.exitCode === null) {
    const { hostname, port } = new URL(url);
    const answers = await listens(hostname, Number(port));
    const status = answers
      ? await fetch(url).then(
          (response) => response.status,
          () => 0,
        )
      : 0;
    if (status >= 200 && status < 500) return;
    await setTimeout(50);
  }
  throw new Error(`${name} did not start (exit code ${child.exitCode})`);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
