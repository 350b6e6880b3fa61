import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import { sizeOf, stepped, valueAt } from '../../src/search/domain.ts';
import { countPoints, gridPoints } from '../../src/search/grid.ts';
import { planGrid } from '../../src/search/plan.ts';
import { type Condition, type Dimension, type Domain, inOrder, type Space } from '../../src/search/space.ts';

const choice = (...values: (string | number)[]): Domain => ({ kind: 'choice', values });
const int = (low: number, high: number, step = 1): Domain => ({
  kind: 'numbers',
  low,
  high,
  step,
  scale: 'linear',
});
const of = (name: string, domain: Domain, ...when: Condition[]): Dimension => ({ name, domain, when });

const FOREST: Space = [
  of('model', choice('forest', 'linear')),
  of('depth', int(1, 3), { of: 'model', test: '==', value: 'forest' }),
  of('lr', choice(0.1, 0.2)),
];

function helps(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof MlopsError) return error.failures.map(({ message, help }) => `${message} | ${help}`);
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a grid', () => {
  it('is every combination in the order typed, the last running fastest', () => {
    const points = [...gridPoints([of('a', int(1, 2)), of('b', choice('x', 'y', 'z'))])];
    expect(points.map((point) => `${point['a']}${point['b']}`)).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
  });

  it('leaves out what a condition leaves out, and repeats nothing for it', () => {
    expect([...gridPoints(FOREST)].map((point) => ({ ...point }))).toEqual([
      { model: 'forest', depth: 1, lr: 0.1 },
      { model: 'forest', depth: 1, lr: 0.2 },
      { model: 'forest', depth: 2, lr: 0.1 },
      { model: 'forest', depth: 2, lr: 0.2 },
      { model: 'forest', depth: 3, lr: 0.1 },
      { model: 'forest', depth: 3, lr: 0.2 },
      { model: 'linear', lr: 0.1 },
      { model: 'linear', lr: 0.2 },
    ]);
  });

  it('is counted without being made', () => {
    expect(countPoints(FOREST)).toBe(8);
    expect(countPoints([of('a', int(0, 999_999)), of('b', int(0, 999_999))])).toBe(1e12);
    expect(countPoints([])).toBe(1);
    const deep = [of('a', int(0, 1e9)), of('b', int(0, 1), { of: 'a', test: '<', value: 5 })];
    expect(countPoints(deep)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has as many points as are counted, no two alike', () => {
    const space = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(3), fc.nat(3)), { maxLength: 5 });
    fc.assert(
      fc.property(space, (sizes) => {
        const dimensions = sizes.map(([size, other, value], at) =>
          of(
            `d${at}`,
            int(0, size - 1),
            ...(at === 0 || value === 3 ? [] : [{ of: `d${other % at}`, test: '<=', value } as const]),
          ),
        );
        const points = [...gridPoints(dimensions)].map((point) => JSON.stringify(point));
        expect(new Set(points).size).toBe(points.length);
        expect(countPoints(dimensions)).toBe(points.length);
      }),
    );
  });

  it('keeps names that objects have for themselves', () => {
    const [point] = [...gridPoints([of('__proto__', choice(1)), of('constructor', choice(2))])];
    expect(JSON.stringify(point)).toBe('{"__proto__":1,"constructor":2}');
  });
});

describe('a planned grid', () => {
  it('refuses more combinations than anybody means, until told how many', () => {
    const large = [of('a', int(1, 101)), of('b', int(1, 100))];
    expect(helps(() => planGrid(large, null))[0]).toContain('this grid has 10100 combinations | draw some');
    expect(planGrid(large, 3).map((point) => point['b'])).toEqual([1, 2, 3]);
    expect(planGrid(large, 20_000)).toHaveLength(10_100);
    expect(planGrid([of('a', int(1, 10_000))], null)).toHaveLength(10_000);
    expect(helps(() => planGrid(large, 1e9))[0]).toContain('1000000000 trials are too many');
    const huge = [of('a', int(0, 1e15)), of('b', int(0, 1), { of: 'a', test: '<', value: 5 })];
    expect(helps(() => planGrid(huge, null))[0]).toContain('this grid has countless combinations');
    expect(planGrid(huge, 3)).toHaveLength(3);
  });

  it('names all dimensions that have no steps', () => {
    const endless: Domain = { kind: 'numbers', low: 0, high: 1, step: null, scale: 'linear' };
    const log: Domain = { ...endless, low: 1, high: 2, scale: 'log' };
    expect(helps(() => planGrid([of('a', endless), of('b', int(1, 2)), of('c', log)], 5))).toEqual([
      'a has values without end, so there is no grid of them | give it a step: uniform(low,high,step); or draw from it: --sample 20',
      'c has values without end, so there is no grid of them | give it a step: loguniform(low,high,step); or draw from it: --sample 20',
    ]);
  });
});

describe('the values of a dimension', () => {
  it('have no decimals that were not typed', () => {
    const tenths = Array.from({ length: 11 }, (_, at) => stepped(0, 0.1, at));
    expect(tenths).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(stepped(1e-7, 1e-7, 2)).toBe(3e-7);
    expect(Object.is(stepped(-0.1, 0.1, 1), 0)).toBe(true);
    expect(stepped(5e-324, 5e-324, 1)).toBe(1e-323);
    expect(stepped(1e300, 1e299, 1)).toBe(1.1e300);
  });

  it('are counted from the lowest to the highest', () => {
    expect(sizeOf(int(2, 8, 2))).toBe(4);
    expect(sizeOf({ kind: 'numbers', low: 0, high: 1, step: 0.1, scale: 'linear' })).toBe(11);
    expect(sizeOf({ kind: 'numbers', low: 3, high: 3, step: null, scale: 'log' })).toBe(1);
    expect(valueAt({ kind: 'numbers', low: 3, high: 3, step: null, scale: 'log' }, 0)).toBe(3);
    expect(sizeOf({ kind: 'numbers', low: 0, high: 1, step: null, scale: 'linear' })).toBeNull();
  });
});

describe('the order of dimensions', () => {
  it('puts each behind those its conditions name, else leaves it', () => {
    const turned = [FOREST[1]!, FOREST[2]!, FOREST[0]!];
    expect(inOrder(turned).space.map(({ name }) => name)).toEqual(['lr', 'model', 'depth']);
    expect(inOrder(FOREST).space).toEqual(FOREST);
  });

  it('says which wait for each other', () => {
    const on = (name: string): Condition => ({ of: name, test: '==', value: 1 });
    const { space, stuck } = inOrder([
      of('a', int(1, 2), on('b')),
      of('b', int(1, 2), on('a')),
      of('c', int(1, 2)),
    ]);
    expect(space.map(({ name }) => name)).toEqual(['c']);
    expect(stuck.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
