// The data sets of fixtures/ml/trees/make_boost.py, by the same formulas.
import type { BoostFeature } from '../../../src/ml/trees/boost-feature.ts';
import { lcg } from '../stats/lcg.ts';

const uniform = (seed: number, n: number, low = 0, high = 1) =>
  lcg(seed, n).map((each) => low + (high - low) * each);
const whole = (seed: number, n: number, below: number) =>
  lcg(seed, n).map((each) => Math.floor(each * below));
const holes = (values: Float64Array, seed: number, share: number) => {
  const at = lcg(seed, values.length);
  return values.map((value, i) => (at[i]! < share ? Number.NaN : value));
};
const numeric = (values: Float64Array): BoostFeature => ({ kind: 'numeric', values });
const categorical = (values: Float64Array): BoostFeature => ({
  kind: 'categorical',
  codes: Int32Array.from(values),
});

export const DATA_SETS: { readonly [name: string]: (n: number) => BoostFeature[] } = {
  continuous: (n) => [uniform(1, n, -3, 3), uniform(2, n), uniform(3, n, 5, 9)].map(numeric),
  discrete: (n) => [whole(4, n, 12), whole(5, n, 60).map((each) => each - 30), whole(6, n, 2)].map(numeric),
  missing: (n) =>
    [
      holes(uniform(7, n, -1, 1), 8, 0.3),
      holes(whole(9, n, 7), 10, 0.05),
      holes(new Float64Array(n), 11, 0.5),
      uniform(12, n),
    ].map(numeric),
  constant: (n) =>
    [new Float64Array(n).fill(4), new Float64Array(n).fill(Number.NaN), uniform(13, n)].map(numeric),
  mostly_zero: (n) => {
    const zero = lcg(14, n);
    return [uniform(15, n, -2, 2).map((each, i) => (zero[i]! < 0.85 ? 0 : each)), uniform(16, n)].map(
      numeric,
    );
  },
  categories: (n) => {
    const absent = lcg(19, n);
    return [
      categorical(lcg(17, n).map((each) => Math.floor(each ** 3 * 40))),
      categorical(whole(18, n, 3)),
      categorical(whole(20, n, 9).map((each, i) => (absent[i]! < 0.1 ? -1 : each))),
      numeric(uniform(21, n, -1, 1)),
    ];
  },
};

/** A rule over all columns, with noise. */
export function signalOf(features: readonly BoostFeature[], n: number): Float64Array {
  const noise = uniform(99, n, -1, 1);
  const total = new Float64Array(n);
  features.forEach((feature, at) => {
    if (feature.kind === 'categorical') {
      for (let i = 0; i < n; i++) total[i]! += modulo(feature.codes[i]! * 7 + at, 5) / 2;
      return;
    }
    const known = feature.values.map((value) => (Number.isNaN(value) ? 0.5 : value));
    const middle = median(known);
    for (let i = 0; i < n; i++)
      total[i]! += (known[i]! > middle ? 1.5 : 0) * (at + 1) + 0.3 * known[i]! * (at % 2 ? -1 : 1);
  });
  return total.map((value, i) => value + 1.5 * noise[i]!);
}

/** 1 for the highest 40 %. */
export function classesOf(signal: Float64Array): Float64Array {
  const sorted = signal.slice().sort();
  const at = 0.6 * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  const limit = low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low);
  return signal.map((value) => (value > limit ? 1 : 0));
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
}
