// A remote is a store elsewhere: named bodies under one prefix, and these verbs. What the names mean is layout.ts;
// what travels is push.ts and fetch.ts. An implementation does one attempt; retry.ts and limit.ts wrap it.
import type { Readable } from 'node:stream';
import type { Digest } from '../core/ids.ts';

export interface Remote {
  /** Where it is, as configured, without credentials: for messages. */
  readonly url: string;
  /**
   * Runs `use` over the bytes of `name`; undefined when there is no such name. `use` reads the body to its end and
   * starts from nothing on every call, because a retry calls it again: what it throws counts as a failed attempt.
   * A range that reaches beyond the end gives what there is of it.
   */
  read<T>(name: string, use: (body: Readable) => Promise<T>, range?: ByteRange): Promise<T | undefined>;
  /**
   * After it, and after a power cut, `name` holds exactly `body`; a reader never sees a part of it. Bytes whose
   * sha256 is not `body.digest` are refused. `only: 'new'` leaves a name that exists alone and answers 'exists'.
   */
  write(name: string, body: Body, only?: 'new'): Promise<'written' | 'exists'>;
  /** Undefined when there is no such name. */
  stat(name: string): Promise<{ readonly bytes: number } | undefined>;
  /** Every name that starts with `prefix` and comes after `after`, ascending by UTF-8 bytes. */
  list(prefix: string, after?: string): AsyncIterable<Entry>;
  /** Names that are not there are no error. */
  remove(names: readonly string[]): Promise<void>;
}

export interface Entry {
  readonly name: string;
  readonly bytes: number;
  /** When it was last written, in milliseconds by the remote's own clock: to be compared with others of it only. */
  readonly modified?: number;
}

/** `start` counts from 0, `end` is not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What is written. Its size and digest are known before; every attempt and every part opens it anew, and a part is
 * read twice: to hash it, and to send it.
 */
export interface Body {
  readonly bytes: number;
  readonly digest: Digest;
  open(range: ByteRange): Readable | Uint8Array;
}
