// Chance that comes again: the same seed tries the same things in the same order on every machine.

/** MLOPS_FAULTS_SEED tries other moments and other damage. */
export const SEED = Number(process.env['MLOPS_FAULTS_SEED'] ?? 20261121);
/** `npm run test:faults` sets it: more moments, every error at every call. */
export const LONG = process.env['MLOPS_FAULTS'] === 'long';

export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** 0 ≤ x < n. */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** `what` keeps one test's chance apart from another's. */
export function chance(what: string): Chance {
  let state = SEED;
  for (const letter of what) state = Math.imul(state ^ letter.codePointAt(0)!, 0x01000193);
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    next,
    below,
    pick: (from) => from[below(from.length)]!,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}

/** `count` different whole numbers from `first` to `last`, ascending; all of them where there are no more. */
export function draw(from: Chance, count: number, first: number, last: number): number[] {
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  for (let i = all.length - 1; i > 0; i--) {
    const j = from.below(i + 1);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}
