// Puts what a snapshot names into the store: all bytes first, durable, then the nodes that name them.
import { setImmediate } from 'node:timers/promises';
import type { StoredArtifact } from '../core/artifact.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import type { Batch } from './batch.ts';
import { collision, windowsRefuses } from './names.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import type { Workspace } from './workspace.ts';

/** So often other work gets its turn. */
const YIELD_EVERY = 64;

/**
 * `taken`: the batch that `snapshot` took bytes into.
 * @throws MlopsError `refused` when a file changed since the snapshot; nothing that names it is then stored
 */
export async function save(ws: Workspace, here: Snapshot, taken?: Batch): Promise<void> {
  await taken?.finish();
  const missing = new Set<Digest>(ws.store.missing(digestsOf(here)));
  if (missing.size === 0) return;
  warnOfNames(ws, here);
  const bytes = ws.store.batch('bytes');
  const nodes = ws.store.batch('trees');
  try {
    let put = 0;
    for (const file of here.files) {
      if (!missing.delete(file.digest)) continue;
      await bytes.putFile(file.path, file.digest);
      if (++put % YIELD_EVERY === 0) await setImmediate();
    }
    await bytes.finish();
    for (const [digest, node] of here.nodes) if (missing.has(digest)) nodes.put(digest, node);
    await nodes.finish();
  } finally {
    bytes.abandon();
    nodes.abandon();
  }
}

/** What stands at `path`, hashed and stored, its bytes read once. `undefined` when nothing is there. */
export async function take(ws: Workspace, path: RepoPath): Promise<Snapshot<StoredArtifact> | undefined> {
  const batch = ws.store.batch('bytes');
  try {
    const here = await snapshot(ws, path, batch);
    if (here) await save(ws, here, batch);
    return here;
  } finally {
    batch.abandon();
  }
}

function* digestsOf(here: Snapshot): Generator<Digest> {
  for (const { digest } of here.files) yield digest;
  yield* here.nodeDigests;
}

function warnOfNames(ws: Workspace, here: Snapshot): void {
  const same = collision(() => here.paths);
  if (same) ws.warn(`${here.path}: "${same[0]}" and "${same[1]}" are one name on macOS and Windows`);
  for (const path of here.paths) {
    if (path === '' || !windowsRefuses(path)) continue;
    ws.warn(`${here.path}: Windows cannot hold a file named "${path}"`);
    return;
  }
}
