// A damaged pack is taken apart: what is good in it is written into a new pack first, then the damaged one is set aside.
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import type { PackKind } from './pack.ts';
import { PackFile } from './pack-file.ts';
import type { Packs } from './packs.ts';

/** What it needs of a store. */
interface Target {
  readonly dir: string;
  readonly packs: Packs;
  temporary(): string;
}

/** Objects that were lost with it. The pack lies in quarantine/ afterwards. */
export function quarantinePack(store: Target, pack: Digest): readonly Digest[] {
  const { packs } = store;
  const bytes = orAbsent(() => readFileSync(packs.pathOf(pack)), undefined);
  if (bytes === undefined) return [];
  const lost: Digest[] = [];
  const good = new PackFile(store.temporary(), kindOf(packs, pack));
  for (const entry of [...packs.entries()].filter((each) => each.pack === pack)) {
    const object = bytes.subarray(entry.offset, entry.offset + entry.bytes);
    if (digestBytes(object) === entry.digest) good.add(entry.digest, object);
    else lost.push(entry.digest);
  }
  if (good.objects === 0) good.abandon();
  else packs.land([good.finishSync()]);
  mkdirSync(join(store.dir, 'quarantine'), { recursive: true });
  orAbsent(() => renameSync(packs.pathOf(pack), join(store.dir, 'quarantine', `${pack}.pack`)), undefined);
  packs.forget([pack]);
  return lost;
}

function kindOf(packs: Packs, pack: Digest): PackKind {
  return packs.list().find(({ digest }) => digest === pack)?.kind ?? 'bytes';
}
