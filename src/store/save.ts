// Puts what a snapshot names into the store: all bytes first, durable, then the nodes that name them.
import { setImmediate } from 'node:timers/promises';
import type { Digest } from '../core/ids.ts';
import { startProgress } from '../util/progress.ts';
import type { Batch } from './batch.ts';
import { collision, windowsRefuses } from './names.ts';
import type { Snapshot } from './snapshot.ts';
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
  const progress = startProgress(ws.report, 'store', { items: missing.size });
  const bytes = ws.store.batch('bytes');
  const nodes = ws.store.batch('trees');
  try {
    let put = 0;
    for (const file of here.files) {
      if (!missing.delete(file.digest)) continue;
      await bytes.putFile(file.path, file.digest);
      progress.done();
      if (++put % YIELD_EVERY === 0) await setImmediate();
    }
    await bytes.finish();
    for (const [digest, node] of here.nodes)
      if (missing.has(digest)) {
        nodes.put(digest, node);
        progress.done();
      }
    await nodes.finish();
  } finally {
    progress.finish();
    bytes.abandon();
    nodes.abandon();
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
