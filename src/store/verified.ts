// Which objects were proved by hashing, as they were then (inode, size, mtime), so that sharing the blocks of a large
// object does not read it each time. An object whose file looks different is proved again.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { hashLarge } from './copy.ts';
import { fileStat, sameStat } from './file-stat.ts';
import { readTable } from './stat-cache.ts';
import { encodeTable, type StatRow } from './stat-table.ts';
import type { Store } from './store.ts';

export interface Verified {
  /** Resolves when the object's bytes are proved. @throws MlopsError `integrity`, after setting it aside */
  prove(digest: Digest): Promise<void>;
  /** Writes what was learnt. */
  flush(): void;
}

export function openVerified(store: Store): Verified {
  const path = join(store.dir, 'verified', 'table');
  let known: Map<string, StatRow> | undefined;
  let learnt = false;
  return {
    async prove(digest) {
      known ??= new Map(
        readTable(path)
          .rows()
          .map((each) => [each.path, each]),
      );
      const stat = { ...fileStat(lstatSync(store.pathOf(digest), { bigint: true })), ctime: 0n };
      const row = known.get(digest);
      if (row && sameStat(row.stat, stat)) return;
      if ((await hashLarge(store.pathOf(digest))).digest !== digest) store.quarantine(digest);
      known.set(digest, { path: digest, stat, digest });
      learnt = true;
    },
    flush() {
      if (learnt && known) writeAtomic(path, encodeTable([...known.values()]), { durable: false });
    },
  };
}
