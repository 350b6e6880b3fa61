// What would otherwise be lost for good is kept for two weeks: <store>/trash/<date>-<id>/<path>.
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { moveWhole, removeWhole } from '../util/whole-path.ts';

const KEPT_DAYS = 14;
const DAY_MS = 86_400_000;

/** Moves what stands at `from`; returns where it is now. `path` is what it was in the workspace. */
export function moveToTrash(storeDir: string, from: string, path: RepoPath, now = new Date()): string {
  const to = join(storeDir, 'trash', `${dayOf(now)}-${randomUUID().slice(0, 8)}`, path);
  moveWhole(from, to);
  emptyTrash(storeDir, now);
  return to;
}

/** Removes what was put there more than 14 days ago. */
export function emptyTrash(storeDir: string, now = new Date()): void {
  const dir = join(storeDir, 'trash');
  const kept = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  for (const name of orAbsent(() => readdirSync(dir), [])) {
    const day = /^\d{4}-\d{2}-\d{2}(?=-)/.exec(name)?.[0];
    if (day !== undefined && day < kept) removeWhole(join(dir, name));
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
