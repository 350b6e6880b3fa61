// The numeric parts against the libraries that people would check them with: fixtures/plots/make.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsample, type XY } from '../../src/plots/downsample.ts';
import { loess } from '../../src/plots/smooth.ts';

interface Golden {
  readonly loess: { readonly x: number[]; readonly y: number[]; readonly smooth: number[] };
  readonly lttb: { readonly y: number[]; readonly most: number; readonly kept: number[] };
}
const FIXTURE = join(import.meta.dirname, '../../fixtures/plots/golden.json');
const golden = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Golden;

describe('smoothing', () => {
  it('agrees with lowess of statsmodels, without robust rounds, to 1e-9', () => {
    const { x, y, smooth } = golden.loess;
    const curve = new Map(loess(x.map((each, at): XY => [each, y[at]!])));
    expect(curve.size).toBe(150);
    for (const [at, each] of x.entries()) expect(curve.get(each)).toBeCloseTo(smooth[at]!, 9);
  });

  it('leaves a straight line as it is, and bears values that share a place', () => {
    const line = Array.from({ length: 50 }, (_, at): XY => [at, 3 * at - 1]);
    for (const [x, y] of loess(line)) expect(y).toBeCloseTo(3 * x - 1, 9);
    const stacked = Array.from({ length: 9 }, (_, at): XY => [7, at]);
    expect(loess(stacked)[0]).toEqual([7, expect.closeTo(0.5, 9)]);
  });

  it('works out a curve of many points at few places', () => {
    const many = Array.from({ length: 20_000 }, (_, at): XY => [at, Math.sin(at / 2000)]);
    expect(loess(many)).toHaveLength(200);
  });
});

describe('thinning', () => {
  it('keeps the points that lttb keeps', () => {
    const { y, most, kept } = golden.lttb;
    const wave = y.map((each, at): XY => [at, each]);
    expect(downsample(wave, most).map(([x]) => x)).toEqual(kept);
  });

  it('keeps both ends and the order, takes points only from the line, and no more than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 3, max: 100 }),
        (ys, most) => {
          const points = ys.map((y, at): XY => [at, y]);
          const kept = downsample(points, most);
          expect(kept).toHaveLength(Math.min(most, points.length));
          expect(kept[0]).toBe(points[0]);
          expect(kept.at(-1)).toBe(points.at(-1));
          const places = kept.map((point) => points.indexOf(point));
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        },
      ),
    );
  });
});
