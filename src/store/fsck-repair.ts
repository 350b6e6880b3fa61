// Brings a store in order after a check: what is damaged is set aside in quarantine/, never deleted; what is good in
// damaged packs is saved; indexes are made again from packs. What is lost must come from elsewhere.
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orAbsent } from '../util/errno.ts';
import type { Damage, StoreCheck } from './fsck.ts';
import { buildIndex } from './pack-index.ts';
import { quarantinePack } from './pack-quarantine.ts';
import type { Store } from './store.ts';

/** Files that are now in quarantine/. Indexes come last: they say what the packs are after all. */
export function repairStore(store: Store, check: StoreCheck): readonly string[] {
  const aside: string[] = [];
  for (const damage of check.damage) {
    if (damage.kind === 'pack') quarantinePack(store, damage.digest!);
    else quarantineFile(store, damage);
    aside.push(damage.file);
  }
  dropStaleIndexes(store);
  store.packs.forget([]);
  const orphans = store.packs.orphans();
  if (orphans.length > 0) store.packs.addIndex(buildIndex(orphans));
  return aside;
}

/** Below a name of its own, as several scopes may have runs of one name. */
function quarantineFile(store: Store, { kind, file, digest }: Damage): void {
  const to = join(store.dir, 'quarantine', kind === 'object' ? digest! : file.replaceAll('/', '-'));
  mkdirSync(dirname(to), { recursive: true });
  orAbsent(() => renameSync(join(store.dir, file), to), undefined);
  if (kind === 'index') store.packs.dropIndex(digest!);
}

/** Those that name packs which are gone, or went just now; what else they named gets an index of its own. */
function dropStaleIndexes({ packs }: Store): void {
  const here = new Set(packs.packNames());
  for (const index of packs.indexes()) {
    if (index.packs.every(({ digest }) => here.has(digest))) continue;
    const staying = index.packs.flatMap(({ digest }) => packs.readTable(digest) ?? []);
    if (staying.length > 0) packs.addIndex(buildIndex(staying));
    packs.dropIndex(index.digest);
  }
}
