// Which objects were proved by hashing, as they were then (inode, size, mtime), so that sharing the blocks of a large
// object does not read it each time. An object whose file looks different is proved again.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { hashLarge } from './copy.ts';
import { FileColumns } from './file-columns.ts';
import { type FileStat, fileStat, sameStat } from './file-stat.ts';
import { readTable } from './stat-cache.ts';
import { encodeTable } from './stat-table.ts';
import type { Store } from './store.ts';

export interface Verified {
  /** Resolves when the object's bytes are proved. @throws MlopsError `integrity`, after setting it aside */
  prove(digest: Digest): Promise<void>;
  /** Writes what was learnt. */
  flush(): void;
}

export function openVerified(store: Store): Verified {
  const path = join(store.dir, 'verified', 'table');
  let known: Map<string, FileStat> | undefined;
  let learnt = false;
  const read = (): Map<string, FileStat> => {
    const rows = readTable(path).all();
    return new Map(rows.paths.map((digest, row) => [digest, rows.stat(row)]));
  };
  return {
    async prove(digest) {
      known ??= read();
      const stat = { ...fileStat(lstatSync(store.pathOf(digest), { bigint: true })), ctime: 0n };
      const before = known.get(digest);
      if (before && sameStat(before, stat)) return;
      if ((await hashLarge(store.pathOf(digest))).digest !== digest) store.quarantine(digest);
      known.set(digest, stat);
      learnt = true;
    },
    flush() {
      if (!learnt || !known) return;
      const rows = new FileColumns(known.size);
      for (const [digest, stat] of known) rows.add(digest, stat, digest as Digest);
      writeAtomic(path, encodeTable(rows, [...rows.paths.keys()]), { durable: false });
    },
  };
}
