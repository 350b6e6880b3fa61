// What exists on a remote is what it says when asked, never what another object's presence suggests.
import { pool } from '../util/pool.ts';
import type { Progress } from '../util/progress.ts';
import type { Remote } from './remote.ts';

/** Up to so many names are asked for one by one; above it, listing is fewer requests. */
const ASK_UP_TO = 256;
const AT_ONCE = 64;

/**
 * Those of `names` that exist, with their sizes. Names lead with a folder that they share (`objects/`,
 * `runs/main/`) and go on with evenly spread hex digits, so that 16 listings share the work evenly.
 */
export async function findPresent(
  remote: Remote,
  folder: string,
  names: readonly string[],
  signal?: AbortSignal,
  progress?: Progress,
): Promise<ReadonlyMap<string, number>> {
  const present = new Map<string, number>();
  const wanted = new Set(names);
  if (wanted.size <= ASK_UP_TO) {
    await pool(
      wanted,
      AT_ONCE,
      async (name) => {
        const found = await remote.stat(name);
        if (found) present.set(name, found.bytes);
        progress?.done();
      },
      signal,
    );
    return present;
  }
  const prefixes = new Set(names.map((name) => name.slice(0, folder.length + 1)));
  await pool(
    prefixes,
    AT_ONCE,
    async (prefix) => {
      for await (const { name, bytes } of remote.list(prefix)) {
        if (!wanted.has(name)) continue;
        present.set(name, bytes);
        progress?.done();
      }
    },
    signal,
  );
  return present;
}
