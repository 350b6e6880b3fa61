// What exists on a remote is what it says when asked, never what another object's presence suggests.
import type { Store } from '../store/store.ts';
import { pool } from '../util/pool.ts';
import { type Progress, startProgress } from '../util/progress.ts';
import type { Known } from './known.ts';
import { OBJECTS, objectName } from './layout.ts';
import type { Remote } from './remote.ts';
import type { TransferContext } from './transfer.ts';
import type { ObjectRef } from './wanted.ts';

/** Up to so many names are asked for one by one; above it, listing is fewer requests. */
const ASK_UP_TO = 256;
const AT_ONCE = 64;

/** Those of `refs` that the remote holds, not condemned, with the size they must have: in packs, or as files of their own. */
export async function presentObjects(
  context: TransferContext,
  { packs, condemned, empty }: Known,
  refs: readonly ObjectRef[],
): Promise<ReadonlySet<ObjectRef>> {
  const { remote, store, report, signal } = context;
  const present = new Set<ObjectRef>();
  if (empty) return present;
  const progress = startProgress(report, 'compare', { items: refs.length });
  try {
    await packs.look(refs.map(({ digest }) => digest));
    for (const ref of refs)
      if (packs.find(ref.digest, sizeOf(store, ref), (pack) => !condemned.packs.has(pack.digest)))
        present.add(ref);
    progress.done(present.size);
    const rest = refs.filter((ref) => !present.has(ref) && !condemned.objects.has(ref.digest));
    const names = rest.map(({ digest }) => objectName(digest));
    const sizes = await findPresent(remote, OBJECTS, names, signal, progress);
    rest.forEach((ref, i) => {
      const there = sizes.get(names[i]!);
      if (there !== undefined && there === (sizeOf(store, ref) ?? there)) present.add(ref);
    });
  } finally {
    progress.finish();
  }
  return present;
}

function sizeOf(store: Store, { digest, bytes }: ObjectRef): number | undefined {
  return bytes ?? store.bytesOf(digest);
}

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
