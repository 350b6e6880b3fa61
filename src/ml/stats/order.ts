// Sorting rows by a number without a comparison: a radix sort of the bits, 11 at a time, least significant first.

const BITS = 11;
const BUCKETS = 1 << BITS;
const MASK = BUCKETS - 1;

/** Indexes of `values` from the largest to the smallest; equal values in their own order. NaN has no place: keep it out. */
export function descendingOrder(values: Float64Array): Uint32Array {
  return orderBy(descendingKeys(values, 0));
}

/** Indexes of `values` from the smallest to the largest; equal values in their own order. NaN has no place: keep it out. */
export function ascending(values: Float64Array): Uint32Array {
  return orderBy(descendingKeys(values, -1));
}

interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

function orderBy({ low, high }: Keys): Uint32Array {
  let order = new Uint32Array(low.length);
  for (let row = 0; row < order.length; row++) order[row] = row;
  let other = new Uint32Array(low.length);
  for (const keys of [low, high])
    for (const shift of [0, BITS, 2 * BITS])
      if (placeBy(keys, shift, order, other)) [order, other] = [other, order];
  return order;
}

/** One pass: rows of `from` into `to` by a digit of their key. False, and nothing done, where all rows have the same. */
function placeBy(keys: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const starts = new Uint32Array(BUCKETS + 1);
  for (let row = 0; row < keys.length; row++) starts[((keys[row]! >>> shift) & MASK) + 1]!++;
  if (starts.includes(keys.length)) return false;
  for (let bucket = 1; bucket < BUCKETS; bucket++) starts[bucket]! += starts[bucket - 1]!;
  for (let i = 0; i < from.length; i++) {
    const row = from[i]!;
    to[starts[(keys[row]! >>> shift) & MASK]!++] = row;
  }
  return true;
}

/** The two halves of whole numbers that ascend as the values descend, or with `flip` −1 as they ascend. −0 is 0. */
function descendingKeys(values: Float64Array, flip: 0 | -1): Keys {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  const view = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < values.length; row++) {
    view.setFloat64(0, values[row]! + 0);
    const top = view.getUint32(0);
    const bottom = view.getUint32(4);
    // The bits of a positive number ascend with it, those of a negative one descend.
    const negative = top >>> 31 === 1;
    high[row] = (negative ? top : ~top & 0x7fffffff) ^ flip;
    low[row] = (negative ? bottom : ~bottom) ^ flip;
  }
  return { low, high };
}
