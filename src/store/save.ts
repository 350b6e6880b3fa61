// Puts what a snapshot names into the store: all bytes first, durable, then the nodes that name them.
import { setImmediate } from 'node:timers/promises';
import type { Digest } from '../core/ids.ts';
import { collision, windowsRefuses } from './names.ts';
import type { Snapshot } from './snapshot.ts';
import type { Workspace } from './workspace.ts';

/** So often other work gets its turn. */
const YIELD_EVERY = 64;

/** @throws MlopsError `refused` when a file changed since the snapshot; nothing that names it is then stored */
export async function save(ws: Workspace, snapshot: Snapshot): Promise<void> {
  const missing = new Set<Digest>(
    ws.store.missing([...snapshot.files.map((file) => file.digest), ...snapshot.nodes.keys()]),
  );
  if (missing.size === 0) return;
  warnOfNames(ws, snapshot);
  const batch = ws.store.batch();
  try {
    let put = 0;
    for (const file of snapshot.files) {
      if (!missing.delete(file.digest)) continue;
      await batch.putFile(file.path, file.digest);
      if (++put % YIELD_EVERY === 0) await setImmediate();
    }
    await batch.finish();
    for (const [digest, node] of snapshot.nodes) if (missing.has(digest)) batch.put(digest, node);
    await batch.finish();
  } finally {
    batch.abandon();
  }
}

function warnOfNames(ws: Workspace, snapshot: Snapshot): void {
  const paths = snapshot.leaves.map((leaf) => leaf.path);
  const same = collision(paths);
  if (same) ws.warn(`${snapshot.path}: "${same[0]}" and "${same[1]}" are one name on macOS and Windows`);
  const refused = paths.find((path) => path !== '' && windowsRefuses(path));
  if (refused) ws.warn(`${snapshot.path}: Windows cannot hold a file named "${refused}"`);
}
