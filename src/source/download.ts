// One body from a server into the store, in as many connections as it takes. What came is kept when a connection breaks,
// and when the program is killed: the next attempt, or the next command, goes on from there as long as the server says
// that it still is the same version. Beside the part stands what is known of it:
//   <name>.part, <name>.json = {"version": "\"5d41402a\"", "bytes": 268435456}     bytes: so many are on the disk
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { retried } from '../remote/retry.ts';
import { onward, passing, RemoteError } from '../remote/trouble.ts';
import { hashLarge } from '../store/copy.ts';
import type { Store } from '../store/store.ts';
import { writeAtomic, writeWhole } from '../util/atomic-write.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import { type Progress, startProgress } from '../util/progress.ts';
import { moveWhole } from '../util/whole-path.ts';
import type { SourceContext } from './source.ts';

/** What a server answered. */
export interface Body {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Where in the whole it begins. */
  readonly start: number;
  /** Size of the whole, where the server says it. */
  readonly total?: number;
  /** Tells this content from any other of the same name; absent = an interrupted body starts over. */
  readonly version?: string;
}

/**
 * Asks for the bytes from `start` on of `version`; the answer may begin at 0 instead, and be another version.
 * @throws RemoteError whose `retry` says whether another attempt is worth it
 */
export type OpenBody = (start: number, version: string | undefined) => Promise<Body>;

export interface Downloaded {
  readonly digest: Digest;
  readonly bytes: number;
}

/** So much at most is fetched twice after a kill. */
const SYNC_BYTES = 1 << 26;

/** `shown`: what messages call it. Only one process at a time may bring the same thing. */
export async function download(
  shown: string,
  open: OpenBody,
  store: Store,
  context: SourceContext,
): Promise<Downloaded> {
  mkdirSync(context.scratch, { recursive: true });
  const part = new Part(join(context.scratch, digestBytes(shown).slice(0, 16)));
  const progress = startProgress(context.report, 'import');
  try {
    await retried(() => goOn(shown, open, part, progress, context.signal), {
      ...(context.signal ? { signal: context.signal } : {}),
    });
    return await land(part, store);
  } finally {
    part.close();
    progress.finish();
  }
}

/** One attempt; one that got further than those before is told apart. */
async function goOn(
  shown: string,
  open: OpenBody,
  part: Part,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const before = part.bytes;
  try {
    await attempt(shown, open, part, progress, signal);
  } catch (error) {
    part.keep();
    const further = part.version !== undefined && part.bytes > before;
    throw further && error instanceof RemoteError && error.retry === 'again' ? onward(error) : error;
  }
}

async function attempt(
  shown: string,
  open: OpenBody,
  part: Part,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const body = await open(part.bytes, part.version);
  if (body.start !== part.bytes || body.version !== part.version) part.restart(body.version);
  if (body.start !== part.bytes) fail('remote', `${shown}: the server sent another range than was asked for`);
  for await (const chunk of body.chunks) {
    signal?.throwIfAborted();
    if (body.total !== undefined && part.bytes + chunk.length > body.total) {
      part.restart(undefined);
      fail('integrity', `${shown}: more bytes came than the server announced (${body.total})`, {
        help: 'it is broken, or something on the way is: try again later',
      });
    }
    part.append(chunk);
    progress.moved(chunk.length);
  }
  if (body.total !== undefined && part.bytes < body.total)
    throw passing(
      `${shown}: the connection ended after ${part.bytes} of ${body.total} bytes`,
      undefined,
      'run it again: it goes on from there',
    );
}

async function land(part: Part, store: Store): Promise<Downloaded> {
  part.close();
  const { digest, bytes } = await hashLarge(part.path);
  chmodSync(part.path, 0o444);
  const temporary = store.temporary();
  moveWhole(part.path, temporary);
  const batch = store.batch();
  batch.land(temporary, digest);
  await batch.finish();
  part.forget();
  return { digest, bytes };
}

/** The part of a body that is here. */
class Part {
  readonly path: string;
  readonly #note: string;
  readonly #fd: number;
  #open = true;
  #synced: number;
  bytes: number;
  version: string | undefined;

  constructor(path: string) {
    this.path = `${path}.part`;
    this.#note = `${path}.json`;
    const noted = this.#read();
    const there = orAbsent(() => statSync(this.path).size, 0);
    // What was not flushed may be anything after a power cut.
    this.bytes = noted && noted.bytes <= there ? noted.bytes : 0;
    this.version = this.bytes > 0 ? noted?.version : undefined;
    this.#synced = this.bytes;
    this.#fd = openSync(this.path, 'a', 0o600);
    truncateSync(this.path, this.bytes);
  }

  restart(version: string | undefined): void {
    truncateSync(this.path, 0);
    this.bytes = 0;
    this.#synced = 0;
    this.version = version;
    rmSync(this.#note, { force: true });
  }

  append(chunk: Uint8Array): void {
    writeWhole(this.#fd, chunk);
    this.bytes += chunk.length;
    if (this.bytes - this.#synced >= SYNC_BYTES) this.keep();
  }

  /** What is here so far outlives this process. */
  keep(): void {
    if (this.version === undefined || !this.#open) return;
    fsyncSync(this.#fd);
    this.#synced = this.bytes;
    writeAtomic(this.#note, JSON.stringify({ version: this.version, bytes: this.bytes }));
  }

  close(): void {
    if (this.#open) closeSync(this.#fd);
    this.#open = false;
  }

  forget(): void {
    rmSync(this.#note, { force: true });
  }

  #read(): { readonly version: string; readonly bytes: number } | undefined {
    try {
      const { version, bytes } = JSON.parse(readFileSync(this.#note, 'utf8')) as {
        version?: unknown;
        bytes?: unknown;
      };
      return typeof version === 'string' && Number.isSafeInteger(bytes)
        ? { version, bytes: bytes as number }
        : undefined;
    } catch {
      return undefined; // none, or one that was cut: start over
    }
  }
}
