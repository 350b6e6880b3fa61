// What programs import: `import { open } from 'mlops'`. It prints nothing, ends nothing, and throws MlopsError, whose
// `failures` say what is wrong and what to do. Types for users stand in types/mlops.d.ts; a test holds the two together.

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MlopsError } from './core/failure.ts';
import { type ListedFile, listFiles, openFile } from './source/read.ts';

export { MlopsError };

export interface ReadOptions {
  readonly repo?: string;
  readonly rev?: string;
  readonly remote?: string;
  readonly signal?: AbortSignal;
}

export interface TrackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly digest: string;
  readonly commit: string | undefined;
  stream(): Readable;
  read(): Promise<Buffer>;
  text(): Promise<string>;
}

export async function open(path: string, options: ReadOptions = {}): Promise<TrackedFile> {
  const { bytes, digest, commit, stream } = await openFile(specOf(options), path, contextOf(options));
  const read = (): Promise<Buffer> => buffer(stream());
  return { path, bytes, digest, commit, stream, read, text: async () => (await read()).toString('utf8') };
}

export function list(path?: string, options: ReadOptions = {}): Promise<readonly ListedFile[]> {
  return listFiles(specOf(options), path, contextOf(options));
}

function specOf({ repo = '.', rev, remote }: ReadOptions) {
  return { url: repo, ...(rev === undefined ? {} : { rev }), ...(remote === undefined ? {} : { remote }) };
}

function contextOf({ signal }: ReadOptions) {
  return { base: process.cwd(), env: process.env, ...(signal ? { signal } : {}) };
}
