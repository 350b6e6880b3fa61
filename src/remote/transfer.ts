// What a push and a fetch have in common: what they work with, how they end, and which failures stop them.
import type { Report } from '../core/event.ts';
import { type Failure, MlopsError } from '../core/failure.ts';
import type { Store } from '../store/store.ts';
import { pool } from '../util/pool.ts';
import type { Remote } from './remote.ts';
import type { UsingRepository } from './repositories.ts';
import { RemoteError } from './trouble.ts';

export interface TransferContext {
  readonly remote: Remote;
  readonly store: Store;
  /** Folder for what is remembered of remotes, each in a folder of its own; absent = nothing is. */
  readonly state?: string;
  /** Who pushes: gc asks it what it needs. */
  readonly repository?: UsingRepository;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

/** What was done, and what was not. With failures the transfer is incomplete; running it again does the rest. */
export interface TransferResult {
  /** Moved now. */
  readonly objects: number;
  /** Packs that they travelled in. */
  readonly packs: number;
  readonly bytes: number;
  readonly runs: number;
  /** Objects that were there already. */
  readonly present: number;
  readonly failures: readonly Failure[];
}

/** The remote's own limit decides how many really run at once. */
const AT_ONCE = 64;

/**
 * Does `work` for every item and gives back the failures. Damaged or missing objects fail alone; trouble with the
 * remote would hit every other item too, so it stops new work, lets what is running end, and leaves the rest undone.
 */
export async function forEach<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  signal: AbortSignal | undefined,
  atOnce = AT_ONCE,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  let stopped = false;
  await pool(
    items,
    atOnce,
    async (item) => {
      if (stopped) return;
      try {
        await work(item);
      } catch (error) {
        if (!(error instanceof MlopsError)) throw error;
        if (!stopped || !stopsAll(error)) for (const each of error.failures) failures.push(each);
        stopped ||= stopsAll(error);
      }
    },
    signal,
  );
  return failures;
}

/** The same trouble hits every other object. */
function stopsAll(error: MlopsError): boolean {
  return error instanceof RemoteError && error.failures.some(({ exit }) => exit === 'remote');
}
