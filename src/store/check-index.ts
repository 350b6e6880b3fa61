// Whether an index says of the packs that are there exactly what they say themselves.
import type { Digest } from '../core/ids.ts';
import type { IndexView } from './index-head.ts';
import { PACK_HEAD, PACK_ROW, type PackTable } from './pack.ts';

/** What is wrong with it; undefined when nothing is. `tableOf` is undefined for packs that are not there or broken. */
export function indexProblem(
  index: IndexView,
  tableOf: (pack: Digest) => PackTable | undefined,
): string | undefined {
  const tables = index.packs.map(({ digest }) => tableOf(digest));
  const offsets = tables.map((table) => table && offsetsIn(table));
  for (const [i, { kind, objects }] of index.packs.entries()) {
    const table = tables[i];
    if (table && (table.kind !== kind || table.objects !== objects))
      return 'disagrees with a pack about what it is';
  }
  for (const { digest, pack, offset, stored } of index.entries()) {
    const table = tables[pack];
    if (!table) continue;
    const row = rowAt(offsets[pack]!, offset);
    const at = row * PACK_ROW;
    const same =
      row >= 0 &&
      table.rows.readUInt32BE(at + 32) === stored &&
      table.rows.toString('hex', at, at + 32) === digest;
    // Empty objects share their offset with what follows.
    if (!same && !(stored === 0 && emptyAt(table, offsets[pack]!, offset, digest)))
      return 'disagrees with a pack about what lies where';
  }
  return undefined;
}

function offsetsIn({ rows }: PackTable): Uint32Array {
  const offsets = new Uint32Array(rows.length / PACK_ROW);
  let at = PACK_HEAD;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = at;
    at += rows.readUInt32BE(i * PACK_ROW + 32);
  }
  return offsets;
}

/** The last row at that offset; -1 when there is none. */
function rowAt(offsets: Uint32Array, offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low - 1] === offset ? low - 1 : -1;
}

function emptyAt({ rows }: PackTable, offsets: Uint32Array, offset: number, digest: Digest): boolean {
  for (let row = rowAt(offsets, offset); row >= 0 && offsets[row] === offset; row--)
    if (rows.toString('hex', row * PACK_ROW, row * PACK_ROW + 32) === digest) return true;
  return false;
}
