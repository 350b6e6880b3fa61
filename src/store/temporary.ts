import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../util/atomic-write.ts';
import { naming, orAbsent } from '../util/errno.ts';
import { isTemporary } from '../util/temporary-file.ts';

/** Removes what process `pid` left in `dir`, and below it where asked. Only when that process is dead. */
export function removeTemporaries(dir: string, pid: number, options: { readonly below: boolean }): void {
  for (const entry of orAbsent(() => readdirSync(dir, { withFileTypes: true }), [])) {
    const path = join(dir, entry.name);
    if (isTemporary(entry.name) && entry.name.startsWith(`.mlops-${pid}-`))
      rmSync(path, { recursive: true, force: true });
    else if (options.below && entry.isDirectory()) removeTemporaries(path, pid, options);
  }
}

/** Writes a new file; leaves nothing behind when it fails. */
export function writeTemporary(
  path: string,
  bytes: Uint8Array,
  options: { readonly durable: boolean; readonly mode?: number },
): void {
  try {
    const fd = openSync(path, 'wx', options.mode ?? 0o444);
    naming(path, () => {
      try {
        writeWhole(fd, bytes);
        if (options.durable) fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
