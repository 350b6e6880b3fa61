// Where DuckDB puts what does not fit in its memory: a folder of this process in the temporary folder. It removes what it
// wrote when it is closed. Of a process that was killed the next one removes it, which can tell by the folder's name.
//
//   /tmp/mlops-spill-3f0c9a11-4711-882213-c0ffee12   scope (host, boot, pid namespace), pid, its start, chance
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestBytes } from '../../util/digest.ts';
import { orAbsent } from '../../util/errno.ts';
import { startOf, thisProcess } from '../../util/process.ts';

const PREFIX = 'mlops-spill-';

/** The folder, which DuckDB makes when it needs it. */
export function spillFolder(): string {
  const { pid, started, ...scope } = thisProcess();
  const own = `${PREFIX}${digestBytes(JSON.stringify(scope)).slice(0, 8)}-`;
  removeLeft(own);
  return join(tmpdir(), `${own}${pid}-${wordOf(started)}-${randomUUID().slice(0, 8)}`);
}

/** Folders of processes of this scope that run no more. */
function removeLeft(own: string): void {
  for (const name of orAbsent(() => readdirSync(tmpdir()), [])) {
    if (!name.startsWith(own)) continue;
    const [, pid, started] = /^(\d+)-(\w*)-\w+$/.exec(name.slice(own.length)) ?? [];
    if (pid === undefined) continue;
    const now = startOf(Number(pid));
    // Another start is that of another process with the same number.
    const alive = now !== undefined && (now === '' || wordOf(now) === started);
    if (!alive) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function wordOf(started: string): string {
  return started.replaceAll(/\W/g, '_');
}
