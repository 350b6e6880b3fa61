// Between numbers whose difference no double holds there is a quantile all the same.
import { expect, it } from 'vitest';
import { quantile } from '../../../src/ml/stats/quantile.ts';

it.each([
  [[-1e308, 1e308], 0.5, 0],
  [[-1e308, 1e308], 0.25, -5e307],
  [[-1e308, -1e308, 1e308, 1e308], 0.5, 0],
  [[Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.3, Number.POSITIVE_INFINITY],
])('of %j at %d', (sorted, p, expected) => {
  expect(quantile(sorted, p)).toBe(expected);
});
