// Where bytes are kept: whether it can be written, how files are copied from it, how much room is left.
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../../project.ts';
import type { Check } from '../../render/data/doctor.ts';
import { clone } from '../../store/copy.ts';
import { isErrno } from '../../util/errno.ts';
import { formatBytes } from '../../util/units.ts';
import { broken, note, ok } from './check.ts';

const LITTLE_ROOM = 2 ** 30;

/** Tries it with a file of its own, from the store to the workspace; leaves nothing behind. */
export async function checkStore({ repo, config, state }: Project): Promise<Check> {
  const dir = config.store.dir ?? `${state.shared}/store`;
  const exists = existsSync(dir);
  const parent = exists ? dir : repo.commonDir;
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(parent, 'doctor-'));
    const shares = await sharesBlocks(probe, repo.top);
    const how = shares
      ? 'files share blocks with it (reflink)'
      : 'files are copied from it (no reflink here)';
    const free = freeBytes(parent);
    const text = `${dir}${exists ? '' : ' (made when first needed)'}, ${how}, ${formatBytes(free)} free`;
    return free < LITTLE_ROOM
      ? note('store', text, 'on a bigger disk: mlops config --local store.dir /elsewhere')
      : ok('store', text);
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC')) throw error;
    return broken('store', `${parent} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}

async function sharesBlocks(probe: string, top: string): Promise<boolean> {
  const from = join(probe, 'object');
  writeFileSync(from, 'x');
  const to = mkdtempSync(join(top, '.mlops-doctor-'));
  try {
    return await clone(from, join(to, 'copy'), { works: undefined });
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
