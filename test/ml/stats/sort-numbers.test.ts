import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortNumbers } from '../../../src/ml/stats/sort-numbers.ts';
import { randomFrom } from '../../../src/util/random.ts';

const bits = (values: Float64Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 });

it('sorts as typed arrays do, to the last bit, many numbers as few, and a part of an array alone', () => {
  const random = randomFrom(1);
  fc.assert(
    fc.property(numbers, fc.constantFrom(10, 4096, 5000), (some, count) => {
      const all = Float64Array.from({ length: count + 3 }, () => some[random.below(some.length)]!);
      const sorted = all.slice(3).sort();
      expect(bits(sortNumbers(all.subarray(3))).equals(bits(sorted))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

it('sorts numbers that are all different', () => {
  const random = randomFrom(2);
  const values = Float64Array.from({ length: 20_000 }, () => (random.unit() - 0.5) * 10 ** random.below(300));
  expect([...sortNumbers(values.slice())]).toEqual([...values.slice().sort()]);
});
