// Which values the page of plots says for a place in a picture.
import { describe, expect, it } from 'vitest';
import { dotAt, pointsAt } from '../../src/browser/plots/nearest.ts';
import type { Plotted, Point, Series } from '../../src/browser/plots/plotted.ts';

const same = { to: (value: number) => value, back: (place: number) => place };

function picture(points: { readonly [name: string]: readonly Point[] }): Plotted {
  const series = Object.entries(points).map(
    ([name, some]): Series => ({ name, color: 'p0', points: some, kind: 'line' }),
  );
  return { x: same, y: same, series };
}

const said = (found: ReturnType<typeof pointsAt>) =>
  found.map(({ series, point }) => [series.name, ...point]);

describe('values at a place of x', () => {
  it('are those of the nearest point of each line', () => {
    const both = picture({
      a: [
        [0, 1],
        [100, 2],
        [200, 3],
      ],
      b: [
        [95, 7],
        [205, 8],
      ],
    });
    expect(said(pointsAt(both, 110))).toEqual([
      ['a', 100, 2],
      ['b', 95, 7],
    ]);
    expect(said(pointsAt(both, -50))).toEqual([['a', 0, 1]]);
    expect(said(pointsAt(both, 900))).toEqual([
      ['a', 200, 3],
      ['b', 205, 8],
    ]);
  });

  it('leave out a line that ended long before, and one without points', () => {
    const short = picture({
      a: [
        [0, 1],
        [100, 2],
      ],
      short: [
        [0, 5],
        [50, 6],
      ],
      none: [],
    });
    expect(said(pointsAt(short, 100))).toEqual([['a', 100, 2]]);
    expect(pointsAt(picture({ none: [] }), 3)).toEqual([]);
  });
});

describe('a dot', () => {
  const dots = picture({ a: [[10, 10]], b: [[30, 10]] });

  it('is the nearest one, of which the pointer is not far', () => {
    expect(dotAt(dots, 12, 11)?.series.name).toBe('a');
    expect(dotAt(dots, 28, 11)?.series.name).toBe('b');
    expect(dotAt(dots, 10, 31)).toBeUndefined();
  });
});
