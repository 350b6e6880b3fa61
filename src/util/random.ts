// The one source of chance: xoshiro128** (Blackman and Vigna 2018), its state filled from the seed by splitmix32.
// Integer arithmetic only, so a seed gives the same numbers on every machine.

export interface Random {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number;
  /** From [0, 1), 32 bits fine. */
  unit(): number;
  /** A whole number from 0 to n − 1, for n ≤ 2³². */
  below(n: number): number;
}

export function randomFrom(seed: number): Random {
  let filler = seed >>> 0;
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) >>> 0;
    let z = filler ^ (filler >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  const uint32 = (): number => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const unit = () => uint32() / 4294967296;
  return { uint32, unit, below: (n) => Math.floor(unit() * n) };
}
