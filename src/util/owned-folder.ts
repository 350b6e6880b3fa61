// Temporary folders whose names say which process they belong to. The process removes its own when it is done; of one that
// was killed the next process removes it, which can tell by the name that nobody is left who needs it.
//
//   /tmp/mlops-spill-3f0c9a11-4711-882213-c0ffee12   prefix, scope (host, boot, pid namespace), pid, its start, chance
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { digestBytes } from './digest.ts';
import { orAbsent } from './errno.ts';
import { startOf, thisProcess } from './process.ts';

/** A new path in `parent` for a folder of this process, not yet made. Removes what dead processes left there. */
export function ownedFolder(parent: string, prefix: string): string {
  const { pid, started, ...scope } = thisProcess();
  const own = `${prefix}${digestBytes(JSON.stringify(scope)).slice(0, 8)}-`;
  removeLeft(parent, own);
  return join(parent, `${own}${pid}-${wordOf(started)}-${randomUUID().slice(0, 8)}`);
}

/** Folders of processes of this scope that run no more. */
function removeLeft(parent: string, own: string): void {
  for (const name of orAbsent(() => readdirSync(parent), [])) {
    if (!name.startsWith(own)) continue;
    const [, pid, started] = /^(\d+)-(\w*)-\w+$/.exec(name.slice(own.length)) ?? [];
    if (pid === undefined) continue;
    const now = startOf(Number(pid));
    // Another start is that of another process with the same number.
    const alive = now !== undefined && (now === '' || wordOf(now) === started);
    if (!alive) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function wordOf(started: string): string {
  return started.replaceAll(/\W/g, '_');
}
