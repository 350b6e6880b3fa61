// How objects are read out of packs: whole packs where most of one is wanted, else ranges of it, joined where what lies
// between them costs less than another request.
import type { Digest } from '../core/ids.ts';
import type { IndexedPack } from '../store/index-head.ts';
import { PACK_ROW } from '../store/pack.ts';
import { coalesce, type Joined, type Span } from './coalesce.ts';
import type { PackedAt } from './packs.ts';
import type { ObjectRef } from './wanted.ts';

/** An object that is wanted, and where in its pack it lies. */
export interface PackedRef extends Span {
  readonly ref: ObjectRef;
}

/** One request. */
export interface PackRead extends Joined<PackedRef> {
  readonly pack: IndexedPack;
}

/** A request takes some 30 ms to begin; 64 KiB come in 1 ms on a fast line, in 50 on a slow one. */
const GAP_BYTES = 64 << 10;
/** One range is in memory until its objects are proved. */
const RANGE_BYTES = 8 << 20;
/** A pack is read whole up to here: those that a push makes have 32 MiB. */
const WHOLE_BYTES = 64 << 20;

export function planReads(wanted: readonly (readonly [ObjectRef, PackedAt])[]): PackRead[] {
  const packs = new Map<Digest, { readonly pack: IndexedPack; readonly refs: PackedRef[] }>();
  for (const [ref, { pack, offset, stored }] of wanted) {
    const group = packs.get(pack.digest) ?? { pack, refs: [] };
    group.refs.push({ ref, start: offset, end: offset + stored });
    packs.set(pack.digest, group);
  }
  return [...packs.values()].flatMap(({ pack, refs }) => {
    refs.sort((a, b) => a.start - b.start || a.end - b.end);
    if (isMostOf(pack, refs)) return [{ pack, start: 0, end: pack.bytes, parts: refs }];
    const limits = { gap: GAP_BYTES, most: RANGE_BYTES };
    return coalesce(refs, limits).map((range) => ({ pack, ...range }));
  });
}

/** More than half of its bytes, its table left aside. */
function isMostOf(pack: IndexedPack, refs: readonly PackedRef[]): boolean {
  if (pack.bytes > WHOLE_BYTES) return false;
  const wanted = refs.reduce((sum, { start, end }) => sum + end - start, 0);
  return 2 * wanted > pack.bytes - pack.objects * PACK_ROW;
}

export function isWhole({ pack, start, end }: PackRead): boolean {
  return start === 0 && end === pack.bytes;
}
