// Ascending order of many numbers, twice as fast as the sort of typed arrays from a few thousand up.

/** Below this the built-in sort wins. */
const FEW = 4096;
/** Above this a second array of the same size is too much memory for the time it saves. */
const MANY = 1 << 23;

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const PASSES = 6;

/**
 * Sorts `values` in place, −0 before 0, as `Float64Array.sort` does; no NaN. Radix sort by the lowest digit first
 * (Knuth, The Art of Computer Programming 3, 5.2.5) of keys whose order as whole numbers is that of the numbers: the
 * bits of a double, all flipped where it is negative, else the sign alone.
 */
export function sortNumbers(values: Float64Array): Float64Array {
  const n = values.length;
  if (n < FEW || n > MANY || bigEndian()) return values.sort();
  const ends = 2 * n;
  const keys = new Uint32Array(values.buffer, values.byteOffset, ends);
  const counts = countDigits(keys, ends);
  let from: Uint32Array = keys;
  let to: Uint32Array = new Uint32Array(ends);
  for (let pass = 0; pass < PASSES; pass++) {
    const starts = counts.subarray(pass * DIGITS, (pass + 1) * DIGITS);
    if (startsOf(starts) === n) continue;
    moveByDigit(from, to, ends, pass, starts);
    [from, to] = [to, from];
  }
  for (let i = 0; i < ends; i += 2) {
    const high = from[i + 1]!;
    const flip = ~high >> 31;
    keys[i] = from[i]! ^ flip;
    keys[i + 1] = high ^ (flip | 0x80000000);
  }
  return values;
}

/** Turns doubles into keys, and counts each digit of each pass on the way. */
function countDigits(keys: Uint32Array, ends: number): Uint32Array {
  const counts = new Uint32Array(PASSES * DIGITS);
  for (let i = 0; i < ends; i += 2) {
    const flip = (keys[i + 1]! | 0) >> 31;
    const low = (keys[i]! ^ flip) >>> 0;
    const high = (keys[i + 1]! ^ (flip | 0x80000000)) >>> 0;
    keys[i] = low;
    keys[i + 1] = high;
    counts[low & 2047]!++;
    counts[DIGITS + ((low >>> 11) & 2047)]!++;
    counts[2 * DIGITS + (((low >>> 22) | (high << 10)) & 2047)]!++;
    counts[3 * DIGITS + ((high >>> 1) & 2047)]!++;
    counts[4 * DIGITS + ((high >>> 12) & 2047)]!++;
    counts[5 * DIGITS + (high >>> 23)]!++;
  }
  return counts;
}

/** Counts → where each digit begins. The answer is the largest count: a pass over one digit alone moves nothing. */
function startsOf(counts: Uint32Array): number {
  let sum = 0;
  let most = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = counts[digit]!;
    if (count > most) most = count;
    counts[digit] = sum;
    sum += count;
  }
  return most;
}

function moveByDigit(
  from: Uint32Array,
  to: Uint32Array,
  ends: number,
  pass: number,
  starts: Uint32Array,
): void {
  for (let i = 0; i < ends; i += 2) {
    const low = from[i]!;
    const high = from[i + 1]!;
    const digit =
      pass === 0
        ? low & 2047
        : pass === 1
          ? (low >>> 11) & 2047
          : pass === 2
            ? ((low >>> 22) | (high << 10)) & 2047
            : pass === 3
              ? (high >>> 1) & 2047
              : pass === 4
                ? (high >>> 12) & 2047
                : high >>> 23;
    const at = 2 * starts[digit]!++;
    to[at] = low;
    to[at + 1] = high;
  }
}

function bigEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
}
