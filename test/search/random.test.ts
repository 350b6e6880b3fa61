import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, stepped, stepsIn } from '../../src/search/domain.ts';
import { normalBetween, normalCdf } from '../../src/search/normal.ts';
import { planRandom } from '../../src/search/plan.ts';
import { drawPoint, drawValue, randomOfTrial } from '../../src/search/random.ts';
import type { Domain, Numbers, Point, Space } from '../../src/search/space.ts';

const numbers = (
  low: number,
  high: number,
  step: number | null,
  scale: Numbers['scale'] = 'linear',
): Numbers => ({
  kind: 'numbers',
  low,
  high,
  step,
  scale,
});
const SMALL: Space = [
  { name: 'model', domain: { kind: 'choice', values: ['forest', 'linear'] }, when: [] },
  { name: 'depth', domain: numbers(1, 5, 1), when: [{ of: 'model', test: '==', value: 'forest' }] },
  { name: 'lr', domain: numbers(0.1, 0.3, 0.1), when: [] },
];

function draws(domain: Domain, n: number): number[] {
  return Array.from({ length: n }, (_, trial) => drawValue(domain, randomOfTrial(1, trial)) as number);
}

describe('random search', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planRandom(SMALL, 5, 7)).toEqual(planRandom(SMALL, 5, 7));
    expect(planRandom(SMALL, 5, 8)).not.toEqual(planRandom(SMALL, 5, 7));
    expect(planRandom(SMALL, 6, 7).slice(0, 5)).toEqual(planRandom(SMALL, 5, 7));
  });

  it('draws no point twice, and all there are when asked for more', () => {
    for (const limit of [1, 6, 9, 12, 18, 50]) {
      const points = planRandom(SMALL, limit, 3).map((point) => JSON.stringify(point));
      expect(new Set(points).size).toBe(Math.min(limit, 18));
      expect(points).toHaveLength(Math.min(limit, 18));
    }
  });

  it('stays in the domain, on its steps, and finds both ends as often as what lies between', () => {
    const counts = new Map<number, number>();
    for (const value of draws(numbers(1, 4, 1), 8000)) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const count of counts.values()) expect(Math.abs(count / 8000 - 0.25)).toBeLessThan(0.02);
  });

  it('draws as often from each power of ten on a log scale', () => {
    const values = draws(numbers(1e-4, 1, null, 'log'), 8000);
    expect(values.every((value) => value >= 1e-4 && value <= 1)).toBe(true);
    expect(Math.abs(values.filter((value) => value < 1e-2).length / 8000 - 0.5)).toBeLessThan(0.02);
  });

  it('draws within any domain', () => {
    const bounds = fc.tuple(
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.double({ min: 0, max: 1e300, noNaN: true }),
      fc.option(fc.double({ min: 1e-12, max: 2, noNaN: true })),
    );
    fc.assert(
      fc.property(bounds, fc.nat(), ([low, width, share], trial) => {
        const step = share === null || width * share === 0 ? null : width * share;
        const high = step === null ? low + width : stepped(low, step, stepsIn(low, low + width, step));
        const value = drawValue(numbers(low, high, step), randomOfTrial(0, trial)) as number;
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('has a dimension only where its condition holds', () => {
    for (let trial = 0; trial < 50; trial++) {
      const point: Point = drawPoint(SMALL, randomOfTrial(2, trial));
      expect('depth' in point).toBe(point['model'] === 'forest');
    }
  });
});

describe('a step', () => {
  it('is the nearest, also where the last lies beyond the end', () => {
    expect(nearest(numbers(0, 1, 0.25), 0.4)).toBe(0.5);
    expect(nearest(numbers(0, 0.75, 0.25), 2)).toBe(0.75);
    expect(nearest(numbers(1, 64, 1, 'log'), Math.log(10.4))).toBe(10);
    expect(nearest(numbers(1, 64, 1, 'log'), Math.log(0.5))).toBe(1);
  });
});

describe('the normal distribution', () => {
  // scipy.stats.norm.cdf
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.024997895148220435],
    [3, 0.9986501019683699],
    [-6, 9.865876450376981e-10],
    [8.5, 1],
    [-40, 0],
  ])('has P(Z ≤ %d) = %d', (x, p) => {
    expect(Math.abs(normalCdf(x) - p)).toBeLessThan(1e-15);
  });

  it('finds the place of a share between two bounds', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 0, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, to, share) => {
          const z = normalBetween(from, to, share);
          expect(z).toBeGreaterThanOrEqual(from);
          expect(z).toBeLessThanOrEqual(to);
          const found = (normalCdf(z) - normalCdf(from)) / (normalCdf(to) - normalCdf(from));
          expect(found).toBeCloseTo(share, 9);
        },
      ),
    );
  });
});
