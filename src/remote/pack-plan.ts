// Which objects travel in which packs. A pure function of what is sent and in which order, so that a push that was cut
// off makes the same packs again and finds them on the remote.
import { PACKED_MOST_BYTES } from '../store/batch.ts';
import { packBytes } from '../store/pack.ts';
import type { SizedRef } from './wanted.ts';

/** One pack is one PUT, whose checksum is its name; it is built in memory. */
const PACK_BYTES = 32 << 20;
/**
 * From so many small objects on they are a pack. A pack costs two requests now (itself and its index) and none later; a
 * loose object costs one now, one by each later push that asks for it, and one by each fetch.
 */
const PACK_FROM = 3;

export interface SendPlan {
  readonly loose: readonly SizedRef[];
  readonly packs: readonly (readonly SizedRef[])[];
}

/** `mustPack`: whether a small object may not lie loose, because its loose name is condemned. */
export function planSend(
  refs: readonly SizedRef[],
  mustPack: (ref: SizedRef) => boolean = () => false,
  most = PACK_BYTES,
): SendPlan {
  const small = refs.filter(({ bytes }) => bytes <= PACKED_MOST_BYTES);
  const packed = small.length >= PACK_FROM ? small : small.filter(mustPack);
  const inPacks = new Set(packed);
  return { loose: refs.filter((ref) => !inPacks.has(ref)), packs: cutIntoPacks(packed, most) };
}

function cutIntoPacks(refs: readonly SizedRef[], most: number): SizedRef[][] {
  const packs: SizedRef[][] = [];
  let pack: SizedRef[] = [];
  let stored = 0;
  for (const ref of refs) {
    if (pack.length > 0 && packBytes(pack.length + 1, stored + ref.bytes) > most) {
      packs.push(pack);
      pack = [];
      stored = 0;
    }
    pack.push(ref);
    stored += ref.bytes;
  }
  if (pack.length > 0) packs.push(pack);
  return packs;
}
