import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortestIn } from '../../src/util/short-number.ts';

it('is the shortest number over the one and up to the other', () => {
  expect(shortestIn(0.3051, 0.3127)).toBe(0.31);
  expect(shortestIn(0.2, 0.3)).toBe(0.3);
  expect(shortestIn(Number.NEGATIVE_INFINITY, 0.004)).toBe(0);
  expect(shortestIn(-0.2, -0.15)).toBe(-0.15);
});

it('always lies between them', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      (a, b) => {
        fc.pre(a !== b);
        const [low, high] = a < b ? [a, b] : [b, a];
        const short = shortestIn(low, high);
        expect(short).toBeGreaterThan(low);
        expect(short).toBeLessThanOrEqual(high);
      },
    ),
  );
});
