// The numeric parts against the libraries that people would check them with: fixtures/plots/make.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsample } from '../../src/plots/downsample.ts';
import { loess } from '../../src/plots/smooth.ts';
import { areaBelow, courseOf, inOrder, pointsOf, type Track, type XY } from '../../src/plots/track.ts';

interface Golden {
  readonly loess: { readonly x: number[]; readonly y: number[]; readonly smooth: number[] };
  readonly lttb: { readonly y: number[]; readonly most: number; readonly kept: number[] };
}
const FIXTURE = join(import.meta.dirname, '../../fixtures/plots/golden.json');
const golden = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Golden;

function trackOf(points: readonly XY[]): Track {
  return { xs: Float64Array.from(points, ([x]) => x), ys: Float64Array.from(points, ([, y]) => y) };
}

describe('smoothing', () => {
  it('agrees with lowess of statsmodels, without robust rounds, to 1e-9', () => {
    const { x, y, smooth } = golden.loess;
    const curve = new Map(loess(trackOf(x.map((each, at): XY => [each, y[at]!]))));
    expect(curve.size).toBe(150);
    for (const [at, each] of x.entries()) expect(curve.get(each)).toBeCloseTo(smooth[at]!, 9);
  });

  it('leaves a straight line as it is, and bears values that share a place', () => {
    const line = Array.from({ length: 50 }, (_, at): XY => [at, 3 * at - 1]);
    for (const [x, y] of loess(trackOf(line))) expect(y).toBeCloseTo(3 * x - 1, 9);
    const stacked = Array.from({ length: 9 }, (_, at): XY => [7, at]);
    expect(loess(trackOf(stacked))[0]).toEqual([7, expect.closeTo(0.5, 9)]);
  });

  it('works out a curve of many points at few places', () => {
    const many = Array.from({ length: 20_000 }, (_, at): XY => [at, Math.sin(at / 2000)]);
    expect(loess(trackOf(many))).toHaveLength(200);
  });
});

describe('thinning', () => {
  it('keeps the points that lttb keeps', () => {
    const { y, most, kept } = golden.lttb;
    const wave = y.map((each, at): XY => [at, each]);
    expect(downsample(trackOf(wave), most)).toEqual(kept);
  });

  it('keeps both ends and the order, takes points only from the line, and no more than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 3, max: 100 }),
        (ys, most) => {
          const kept = downsample(trackOf(ys.map((y, at): XY => [at, y])), most);
          expect(kept).toHaveLength(Math.min(most, ys.length));
          expect([kept[0], kept.at(-1)]).toEqual([0, ys.length - 1]);
          expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        },
      ),
    );
  });
});

describe('a track', () => {
  it('is put in order, and what shares a place stays as it came', () => {
    const track = trackOf([
      [2, 1],
      [0, 2],
      [2, 3],
      [1, 4],
    ]);
    expect(pointsOf(inOrder(track))).toEqual([
      [0, 2],
      [1, 4],
      [2, 1],
      [2, 3],
    ]);
  });

  it('has an area, and a course of means with gaps where nothing is', () => {
    const track = trackOf([
      [0, 0],
      [1, 2],
      [9, 2],
      [10, 4],
    ]);
    expect(areaBelow(track)).toBe(1 + 16 + 3);
    expect(courseOf(track, 5)).toEqual([1, null, null, null, 3]);
    expect(courseOf(trackOf([]), 2)).toEqual([null, null]);
  });
});
