/** The generator of fixtures/ml/stats/make.py: `n` numbers from [0, 1). */
export function lcg(seed: number, n: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}
