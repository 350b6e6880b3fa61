// Isotonic regression by what it must be: the nearest function that does not fall. Numbers of scikit-learn: test/ml/agreement.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitIsotonic, isotonicAt } from '../../../src/ml/stats/isotonic.ts';
import { ascending } from '../../../src/ml/stats/order.ts';

const point = fc.record({
  x: fc.integer({ min: -20, max: 20 }),
  y: fc.double({ min: -10, max: 10, noNaN: true }),
  w: fc.double({ min: 0.1, max: 5, noNaN: true }),
});
const points = fc.array(point, { minLength: 1, maxLength: 60 });
const columns = (all: readonly { x: number; y: number; w: number }[]) =>
  [all.map(({ x }) => x), all.map(({ y }) => y), all.map(({ w }) => w)].map((each) =>
    Float64Array.from(each),
  ) as [Float64Array, Float64Array, Float64Array];

describe('isotonic regression', () => {
  it('does not fall, and stays within what it was given', () => {
    fc.assert(
      fc.property(points, (all) => {
        const [x, y, w] = columns(all);
        const fit = fitIsotonic(x, y, w);
        const asked = Array.from({ length: 101 }, (_, i) => isotonicAt(fit, -25 + i / 2));
        for (const [i, value] of asked.entries()) {
          expect(value).toBeGreaterThanOrEqual((asked[i - 1] ?? -Infinity) - 1e-12);
          expect(value).toBeGreaterThanOrEqual(Math.min(...y) - 1e-12);
          expect(value).toBeLessThanOrEqual(Math.max(...y) + 1e-12);
        }
      }),
    );
  });

  it('keeps the weighted mean, and the order of the rows does not matter', () => {
    fc.assert(
      fc.property(points, (all) => {
        const [x, y, w] = columns(all);
        const fit = fitIsotonic(x, y, w);
        const weight = w.reduce((sum, each) => sum + each, 0);
        const fitted = x.reduce((sum, each, i) => sum + w[i]! * isotonicAt(fit, each), 0);
        const given = y.reduce((sum, each, i) => sum + w[i]! * each, 0);
        expect(fitted / weight).toBeCloseTo(given / weight, 9);
        const back = fitIsotonic(...columns(all.toReversed()));
        for (const each of x) expect(isotonicAt(back, each)).toBeCloseTo(isotonicAt(fit, each), 9);
      }),
    );
  });

  it('is no further from the points than any step that does not fall', () => {
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: -20, max: 20 }),
        fc.double({ min: -10, max: 0, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (all, at, low, high) => {
          const [x, y, w] = columns(all);
          const fit = fitIsotonic(x, y, w);
          const loss = (value: (each: number) => number) =>
            x.reduce((sum, each, i) => sum + w[i]! * (y[i]! - value(each)) ** 2, 0);
          expect(loss((each) => isotonicAt(fit, each))).toBeLessThanOrEqual(
            loss((each) => (each < at ? low : high)) + 1e-9,
          );
        },
      ),
    );
  });

  it('leaves points alone that already rise', () => {
    const fit = fitIsotonic(Float64Array.of(1, 2, 4), Float64Array.of(0, 1, 5), null);
    expect([0, 1, 1.5, 2, 3, 4, 9].map((x) => isotonicAt(fit, x))).toEqual([0, 0, 0.5, 1, 3, 5, 5]);
  });
});

it('orders equal values as they came', () => {
  expect([...ascending(Float64Array.of(3, 1, 3, 1))]).toEqual([1, 3, 0, 2]);
});
