// One object as a stream that ends well only when every byte was right. It comes from where it lies, without a copy.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { objectName } from '../remote/layout.ts';
import { passing } from '../remote/trouble.ts';
import { PACKED_MOST_BYTES } from '../store/batch.ts';
import type { Places } from './places.ts';

export interface ObjectToRead {
  readonly digest: Digest;
  readonly bytes: number;
  /** What messages call it. */
  readonly path: string;
}

const READ_BYTES = 1 << 20;

/** Larger objects are files of their own in stores and on remotes, so they can be read as they come. */
export function isStreamed({ bytes }: { readonly bytes: number }): boolean {
  return bytes > PACKED_MOST_BYTES;
}

/** For an object that `isStreamed`. A connection that breaks is taken up again; a reader that stops ends it. */
export function streamObject(places: Places, object: ObjectToRead, signal?: AbortSignal): Readable {
  const out = new PassThrough({ highWaterMark: READ_BYTES });
  const stopped = new AbortController();
  out.once('close', () => stopped.abort());
  const sink = new Sink(object, out, AbortSignal.any([stopped.signal, ...(signal ? [signal] : [])]));
  transfer(places, object, sink).then(
    () => out.end(),
    (error: Error) => out.destroy(error),
  );
  return out;
}

async function transfer(places: Places, { digest, path }: ObjectToRead, sink: Sink): Promise<void> {
  const store = places.stores.find((each) => each.has(digest));
  if (store) return sink.take(createReadStream(store.pathOf(digest), { highWaterMark: READ_BYTES }));
  const remote = await places.remote();
  const there = await remote.read(objectName(digest), async (body) => {
    await sink.take(body);
    return true;
  });
  if (!there)
    fail(
      'missing',
      `${path}: object ${digest.slice(0, 12)}… is neither on this machine nor on ${remote.url}`,
      {
        help: 'push it from a machine that has it',
      },
    );
}

/** Passes bytes on, each once, and proves them. */
class Sink {
  readonly #object: ObjectToRead;
  readonly #out: PassThrough;
  readonly #signal: AbortSignal;
  readonly #sha = createHash('sha256');
  #passed = 0;

  constructor(object: ObjectToRead, out: PassThrough, signal: AbortSignal) {
    this.#object = object;
    this.#out = out;
    this.#signal = signal;
  }

  /** `body` begins at the first byte, also where an earlier attempt had passed some on. */
  async take(body: AsyncIterable<Uint8Array>): Promise<void> {
    const { bytes, digest, path } = this.#object;
    let skip = this.#passed;
    for await (const chunk of body) {
      this.#signal.throwIfAborted();
      const rest = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - rest.length;
      if (this.#passed + rest.length > bytes) wrong(path, digest);
      if (rest.length > 0) await this.#pass(rest);
    }
    if (this.#passed < bytes)
      throw passing(`${path}: the bytes ended after ${this.#passed} of ${bytes}`, undefined, 'try again');
    if (this.#sha.digest('hex') !== digest) wrong(path, digest);
  }

  async #pass(chunk: Uint8Array): Promise<void> {
    this.#sha.update(chunk);
    this.#passed += chunk.length;
    if (!this.#out.write(chunk)) await once(this.#out, 'drain', { signal: this.#signal });
  }
}

/** What was passed on cannot be taken back: no other attempt helps. */
function wrong(path: string, digest: Digest): never {
  return fail('integrity', `${path}: the bytes are not those of object ${digest.slice(0, 12)}…`, {
    help: 'they are damaged where they lie, or on their way: do not use what came so far',
  });
}
