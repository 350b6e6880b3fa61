// The one layer that tries again. Waits grow and are spread by chance, so that many clients that failed together do
// not come back together: "full jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
import { setTimeout } from 'node:timers/promises';
import type { Entry, Remote } from './remote.ts';
import { RemoteError } from './trouble.ts';

export interface RetryOptions {
  readonly signal?: AbortSignal;
  /** Attempts in all. Default 6: waits of at most 0.2, 0.4, 0.8, 1.6, 3.2 s. */
  readonly attempts?: number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 20_000;

/**
 * Repeats what failed with a RemoteError that may pass; anything else goes through at once. An attempt that got
 * further than the ones before gives back the full number of attempts.
 */
export async function retried<T>(work: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { signal } = options;
  for (let failed = 0; ; ) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted(); // the reason of the stop, not what it broke
      failed = isOnward(error) ? 1 : failed + 1;
      if (!worthIt(error, failed, options)) throw error;
      await pause(failed, options);
    }
  }
}

function worthIt(error: unknown, failed: number, { attempts = 6 }: RetryOptions): boolean {
  return error instanceof RemoteError && error.retry !== 'never' && failed < attempts;
}

function pause(failed: number, { signal, sleep = wait, random = Math.random }: RetryOptions): Promise<void> {
  return sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failed - 1)), signal);
}

/** The remote with every verb retried. */
export function withRetry(remote: Remote, options: RetryOptions = {}): Remote {
  const { signal } = options;
  const attempt = <T>(work: () => Promise<T>): Promise<T> => retried(work, options);
  return {
    url: remote.url,
    read: (name, use, range) => attempt(() => remote.read(name, use, range)),
    write: (name, body, only) => attempt(() => remote.write(name, body, only)),
    stat: (name) => attempt(() => remote.stat(name)),
    remove: (names) => attempt(() => remote.remove(names)),
    /** Goes on after the last name it gave; each name that arrives gives back the full number of attempts. */
    async *list(prefix, after): AsyncGenerator<Entry> {
      let last = after;
      for (let failed = 0; ; ) {
        signal?.throwIfAborted();
        try {
          for await (const entry of remote.list(prefix, last)) {
            failed = 0;
            last = entry.name;
            yield entry;
          }
          return;
        } catch (error) {
          signal?.throwIfAborted();
          if (!worthIt(error, ++failed, options)) throw error;
          await pause(failed, options);
        }
      }
    },
  };
}

function isOnward(error: unknown): boolean {
  return error instanceof RemoteError && error.retry === 'onward';
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    // A signal of its own for each wait: Node warns about many listeners on one.
    await setTimeout(ms, undefined, signal ? { signal: AbortSignal.any([signal]) } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
