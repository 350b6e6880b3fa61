// A damaged pack is taken apart: what is good in it is written into a new pack first, then the damaged one is set aside.
// What it held is known from its own table or, where that is broken, from whichever index names it.
import { closeSync, copyFileSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../core/ids.ts';
import { digestBytes } from '../util/digest.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { type PackEntry, type PackKind, packEntries } from './pack.ts';
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
  const { kind, entries } = contentsOf(packs, pack);
  const good = new PackFile(store.temporary(), kind);
  const lost = takeApart(packs, pack, entries, (digest, bytes) => good.add(digest, bytes));
  const aside = join(store.dir, 'quarantine', `${pack}.pack`);
  mkdirSync(join(store.dir, 'quarantine'), { recursive: true });
  if (good.objects === 0) good.abandon();
  else {
    const saved = good.finishSync();
    // Where only the frame was damaged the new pack has the name of the old one, and takes its place.
    if (saved.digest === pack) orAbsent(() => copyFileSync(packs.pathOf(pack), aside), undefined);
    packs.land([saved]);
    if (saved.digest === pack) {
      packs.forget([pack]);
      return lost;
    }
  }
  orAbsent(() => renameSync(packs.pathOf(pack), aside), undefined);
  packs.forget([pack]);
  return lost;
}

/** Objects of a damaged pack that `quarantinePack` could not save. */
export function lostIn(packs: Packs, pack: Digest): readonly Digest[] {
  return takeApart(packs, pack, contentsOf(packs, pack).entries, () => {});
}

/** Everything that is said to be in it, by offset: one place may be given two digests when a table is damaged. */
function contentsOf(
  packs: Packs,
  pack: Digest,
): { readonly kind: PackKind; readonly entries: readonly PackEntry[] } {
  const table = packs.readTable(pack)?.table;
  const said = new Map<Digest, PackEntry>();
  for (const entry of table ? packEntries(table) : []) said.set(entry.digest, entry);
  let kind = table?.kind;
  for (const index of packs.indexes()) {
    const number = index.packs.findIndex(({ digest }) => digest === pack);
    if (number < 0) continue;
    kind ??= index.packs[number]!.kind;
    for (const entry of index.entries())
      if (entry.pack === number && !said.has(entry.digest)) said.set(entry.digest, entry);
  }
  return { kind: kind ?? 'bytes', entries: [...said.values()].sort((a, b) => a.offset - b.offset) };
}

/** `use` is given what is as it should be; the rest is returned. */
function takeApart(
  packs: Packs,
  pack: Digest,
  entries: readonly PackEntry[],
  use: (digest: Digest, bytes: Buffer) => void,
): readonly Digest[] {
  const fd = orAbsent(() => openSync(packs.pathOf(pack), 'r'), undefined);
  if (fd === undefined) return [];
  const saved = new Set<string>();
  try {
    for (const { digest, offset, stored } of entries) {
      const bytes = readSome(fd, offset, stored);
      if (digestBytes(bytes) !== digest) continue;
      use(digest, bytes);
      saved.add(placeOf({ offset, stored }));
    }
  } finally {
    closeSync(fd);
  }
  return entries.filter((entry) => !saved.has(placeOf(entry))).map(({ digest }) => digest);
}

/** An empty object begins where the next one does. */
function placeOf({ offset, stored }: Pick<PackEntry, 'offset' | 'stored'>): string {
  return `${offset} ${stored}`;
}

/** As much as the disk still gives. */
function readSome(fd: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, bytes, offset));
  } catch (error) {
    if (isErrno(error, 'EIO')) return buffer.subarray(0, 0);
    throw error;
  }
}
