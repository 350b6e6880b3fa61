// How often each row counts in a replicate of the Poisson bootstrap: numbers of mean 1, a million of them in milliseconds.
import type { Random } from '../../util/random.ts';

/** Counts above this have a probability under 2⁻³². */
const MOST = 12;
const BYTES = 256;

/** Writes a Poisson(1) number for each row into `into`, times what the row weighs. */
export type DrawWeights = (into: Float64Array, base: Float64Array | null, random: Random) => void;

/** By inversion: a 32-bit number falls into one of the steps of the distribution. Its top byte mostly says which. */
export function poissonWeights(): DrawWeights {
  const ends = stepEnds();
  const known = knownByTopByte(ends);
  const countOf = (drawn: number): number => {
    const count = known[drawn >>> 24]!;
    return count >= 0 ? count : stepOf(drawn, ends);
  };
  return (into, base, random) => {
    if (base === null) for (let row = 0; row < into.length; row++) into[row] = countOf(random.uint32());
    else for (let row = 0; row < into.length; row++) into[row] = base[row]! * countOf(random.uint32());
  };
}

/** 2³² · P(count ≤ k), k = 0 … MOST; the last one is 2³². */
function stepEnds(): readonly number[] {
  const ends: number[] = [];
  let share = Math.exp(-1);
  let sum = 0;
  for (let count = 0; count < MOST; count++) {
    sum += share;
    share /= count + 1;
    ends.push(Math.round(sum * 2 ** 32));
  }
  return [...ends, 2 ** 32];
}

/** The count of all numbers with a top byte; −1 where they differ. */
function knownByTopByte(ends: readonly number[]): Int8Array {
  return Int8Array.from({ length: BYTES }, (_, byte) => {
    const [first, last] = [stepOf(byte * 2 ** 24, ends), stepOf((byte + 1) * 2 ** 24 - 1, ends)];
    return first === last ? first : -1;
  });
}

function stepOf(drawn: number, ends: readonly number[]): number {
  let count = 0;
  while (drawn >= ends[count]!) count++;
  return count;
}
