// The pages that the real program writes: small enough to send, and the same to the byte each time.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePages, writePagesProject } from '../pages-project.ts';
import { openRig } from '../rig.ts';

const MEGABYTE = 1_000_000;
/** What a report may have of 50 columns. */
const REPORT = 64 * 1024;

describe('pages of 50 columns', () => {
  it('are below 2 MB each, their reports below 64 KiB, and equal runs make equal bytes', async () => {
    const rig = await openRig();
    writePagesProject(rig);
    const pages = await makePages(rig);
    const first = Object.entries(pages).map(([name, path]) => [name, rig.read(path)]);
    for (const path of Object.values(pages))
      expect(statSync(join(rig.path, path)).size, path).toBeLessThan(2 * MEGABYTE);
    for (const stage of ['judge', 'watch', 'why', 'check'])
      expect(statSync(join(rig.path, `reports/${stage}.json`)).size, stage).toBeLessThan(REPORT);

    const again = await openRig();
    writePagesProject(again);
    const second = await makePages(again);
    expect(Object.entries(second).map(([name, path]) => [name, again.read(path)])).toEqual(first);
  });
});
