// What explanations must be whatever the formula that is explained.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAnchor } from '../../../src/ml/explain/anchors.ts';
import { backgroundRows } from '../../../src/ml/explain/background.ts';
import { dependenceOf } from '../../../src/ml/explain/dependence.ts';
import { gridOf } from '../../../src/ml/explain/grid.ts';
import { groupsOf } from '../../../src/ml/explain/groups.ts';
import { interpretables } from '../../../src/ml/explain/interpretable.ts';
import { lowerBound, upperBound } from '../../../src/ml/explain/kl-bounds.ts';
import { anchorOf, limeOf } from '../../../src/ml/explain/local.ts';
import { explainOptionsOf } from '../../../src/ml/explain/options.ts';
import { pathInWords } from '../../../src/ml/explain/rule-words.ts';
import { shapOf } from '../../../src/ml/explain/shap.ts';
import { surrogateOf } from '../../../src/ml/explain/surrogate.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { alone, ask, type Formula, frameOf, rowsOf, valuesIn } from './formula.ts';

const number = fc.integer({ min: -50, max: 50 });
const table = (columns: number, least = 6) =>
  fc.array(fc.array(number, { minLength: columns, maxLength: columns }), { minLength: least, maxLength: 12 });
const EXACT = { kind: 'exact' } as const;
const SAMPLED = { kind: 'permutation', permutations: 4 } as const;

/** The first row before the others as background. */
function shapOfFirst(
  rows: readonly (readonly number[])[],
  formula: Formula,
  method: typeof EXACT | typeof SAMPLED = EXACT,
) {
  const frame = frameOf(rows);
  return shapOf({
    asked: { frame, raw: ask(frame, formula) },
    answer: valuesIn,
    groups: alone(rows[0]!.length),
    background: Int32Array.from({ length: rows.length - 1 }, (_, at) => at + 1),
    rows: Int32Array.of(0),
    method,
    seed: 1,
  });
}

const strange: Formula = ([a, b, c, d]) => a! * b! + Math.max(c!, d!) - (a! > 0 ? c! * d! : 7);

describe('SHAP values', () => {
  it.each([EXACT, SAMPLED])('add up to the answer less the average: $kind', async (method) => {
    await fc.assert(
      fc.asyncProperty(table(4), async (rows) => {
        const {
          base,
          rows: [first],
        } = await shapOfFirst(rows, strange, method);
        const sum = first!.values.reduce((total, value) => total + value, base);
        expect(sum).toBeCloseTo(strange(rows[0]!), 6);
      }),
      { numRuns: 40 },
    );
  });

  it('are equal for columns that do the same, and 0 for one that does nothing', async () => {
    const formula: Formula = ([a, b, c]) => (a! + b!) * c!;
    await fc.assert(
      fc.asyncProperty(table(4), async (rows) => {
        const twins = rows.map(([a, , c, d]) => [a!, a!, c!, d!]);
        const {
          rows: [first],
        } = await shapOfFirst(twins, formula);
        expect(first!.values[0]).toBeCloseTo(first!.values[1]!, 6);
        expect(first!.values[3]).toBeCloseTo(0, 9);
      }),
      { numRuns: 40 },
    );
  });

  it('of a sum are each its own column less its average, with no error, in any order', async () => {
    const formula: Formula = ([a, b, c, d]) => 3 * a! - b! + d! + 0 * c!;
    await fc.assert(
      fc.asyncProperty(table(4), async (rows) => {
        const {
          rows: [first],
        } = await shapOfFirst(rows, formula, SAMPLED);
        const rest = rows.slice(1);
        const average = (k: number) => rest.reduce((sum, row) => sum + row[k]!, 0) / rest.length;
        [3, -1, 0, 1].forEach((weight, k) => {
          expect(first!.values[k]).toBeCloseTo(weight * (rows[0]![k]! - average(k)), 6);
          expect(first!.errors![k]).toBeCloseTo(0, 6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('come with a standard error that covers the exact value', async () => {
    const random = randomFrom(4);
    const rows = Array.from({ length: 12 }, () => Array.from({ length: 6 }, () => random.unit() - 0.5));
    const formula: Formula = ([a, b, c, d, e, f]) => a! * b! * c! * 9 + d! * e! * f! * 9 + a! * f!;
    const frame = frameOf(rows);
    const input = {
      asked: { frame, raw: ask(frame, formula) },
      answer: valuesIn,
      groups: alone(6),
      background: Int32Array.of(2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
      rows: Int32Array.of(0, 1),
      seed: 2,
    };
    const exact = await shapOf({ ...input, method: EXACT });
    const sampled = await shapOf({ ...input, method: { kind: 'permutation', permutations: 200 } });
    for (const [at, { values, errors }] of sampled.rows.entries())
      values.forEach((value, k) => {
        expect(errors![k]).toBeGreaterThan(0);
        expect(Math.abs(value - exact.rows[at]!.values[k]!)).toBeLessThan(4 * errors![k]!);
      });
  });
});

function dependence(rows: readonly (readonly number[])[], formula: Formula, options = {}) {
  const frame = frameOf(rows);
  const all = Int32Array.from(rows.keys());
  const given = explainOptionsOf({ model: 'm', data: 'd', ...options });
  const asked = {
    frame,
    rows: rows.length,
    reference: all,
    features: [...frame.columns.keys()],
    mapped: [{ name: 'X', dtype: 'float32', columns: [...frame.columns.keys()], from: 'option' as const }],
    over: (other: typeof frame) => ask(other, formula),
  };
  const features = interpretables(frame, alone(rows[0]!.length), all, 1);
  return dependenceOf({ asked, answer: valuesIn, options: given }, features[0]!);
}

describe('partial dependence', () => {
  it('of a line is that line, for every row', async () => {
    await fc.assert(
      fc.asyncProperty(table(3), number, async (rows, slope) => {
        const curve = await dependence(rows, ([a, b, c]) => slope * a! + b! * c!);
        fc.pre(curve !== null);
        const { at, mean, curves, density } = curve!;
        const numbers = at as readonly number[];
        for (const line of [mean.map((value) => value - mean[0]!), ...curves])
          line.forEach((value, point) => {
            expect(value).toBeCloseTo(slope * (numbers[point]! - numbers[0]!), 6);
          });
        expect(density.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      }),
      { numRuns: 40 },
    );
  });

  it('has a grid from the 5th to the 95th percentile, or every value where there are few; none where these are one', () => {
    const many = Float64Array.from({ length: 1000 }, (_, at) => at);
    const grid = gridOf(many, 100, [0.05, 0.95])!;
    expect(grid).toHaveLength(100);
    expect(grid[0]).toBeCloseTo(49.7, 0);
    expect(gridOf(Float64Array.of(2, 1, 2, Number.NaN), 100, [0.05, 0.95])).toEqual(Float64Array.of(1, 2));
    const mostly = many.map((value) => (value < 980 ? 3 : value));
    expect(gridOf(mostly, 10, [0.05, 0.95])).toBeNull();
  });

  it('is nothing for a column of one value', async () => {
    expect(
      await dependence(
        [
          [1, 2],
          [1, 3],
        ],
        ([a]) => a!,
      ),
    ).toBeNull();
  });
});

describe('LIME', () => {
  it('finds what a step does, and nothing in a column that is not used', async () => {
    const random = randomFrom(8);
    const rows = Array.from({ length: 400 }, () => Array.from({ length: 3 }, () => random.unit()));
    const frame = frameOf(rows);
    const reference = Int32Array.from(rows.keys());
    const features = interpretables(frame, alone(3), reference, 1);
    const row = rows.findIndex(([a]) => a! > 0.9);
    const formula: Formula = ([a]) => (a! > 0.75 ? 1 : 0);
    const fit = await limeOf({ raw: ask(frame, formula), reference }, valuesIn, features, row, {
      samples: 2000,
      features: 3,
      seed: 0,
    });
    expect(fit.weights[0]!.feature).toBe(0);
    expect(fit.weights[0]!.weight).toBeGreaterThan(0.9);
    expect(fit.r2).toBeGreaterThan(0.9);
    for (const { weight } of fit.weights.slice(1)) expect(Math.abs(weight)).toBeLessThan(0.05);
  });

  it('of a model that always answers the same has weights of 0 and no fit', async () => {
    const frame = frameOf([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const reference = Int32Array.of(0, 1, 2);
    const fit = await limeOf(
      { raw: ask(frame, () => 5), reference },
      valuesIn,
      interpretables(frame, alone(2), reference, 1),
      0,
      { samples: 50, features: 2, seed: 0 },
    );
    expect(fit.weights).toEqual([]);
    expect(fit.r2).toBeNaN();
    expect(fit.intercept).toBeCloseTo(5, 9);
  });
});

const ANCHOR = { threshold: 0.95, delta: 0.1, tau: 0.15, batch: 100, beam: 4, most: 50_000 };

describe('anchors', () => {
  const random = randomFrom(6);
  const rows = Array.from({ length: 500 }, () => Array.from({ length: 5 }, () => random.unit()));
  const frame = frameOf(rows);
  const reference = Int32Array.from(rows.keys());
  const features = interpretables(frame, alone(5), reference, 1);
  const anchorAt = (row: number, rule: (cells: readonly number[]) => boolean, options = ANCHOR) =>
    anchorOf(
      reference,
      features,
      row,
      async (patches) => Int32Array.from(rowsOf(frame, patches), (cells) => (rule(cells) ? 1 : 0)),
      { ...options, seed: 3 },
    );

  it('find the rule that a model is, and no condition more', async () => {
    const [cut] = [features[1]!.edges![1]!];
    const rule = (cells: readonly number[]) => cells[1]! > cut;
    const anchor = await anchorAt(rows.findIndex(rule), rule);
    expect(anchor).toMatchObject({ found: true, precision: 1 });
    expect(anchor.conditions).toEqual([`c1 > ${Number(cut.toPrecision(6))}`]);
    expect(anchor.coverage).toBeCloseTo(0.5, 1);
    expect(anchor.precisionLow).toBeGreaterThan(0.9);
  });

  it('need no condition where the answer is always the same', async () => {
    expect(await anchorAt(0, () => true)).toMatchObject({ conditions: [], found: true, coverage: 1 });
  });

  it('say that none was found where nothing that can be said keeps the answer', async () => {
    const noise = (cells: readonly number[]) =>
      Math.floor(cells.reduce((sum, cell) => sum + cell * 1e6, 0)) % 2 === 0;
    expect(await anchorAt(0, noise)).toMatchObject({ found: false });
  });

  it('really look at as many rules as the beam is wide', async () => {
    // Each condition alone is as good as chance, c0 by a hair the best; only c1 and c2 together keep the answer.
    const precisions: { readonly [rule: string]: number } = {
      '': 0.5,
      '0': 0.6,
      '1': 0.55,
      '2': 0.55,
      '0,1': 0.6,
      '0,2': 0.6,
      '1,2': 1,
      '0,1,2': 1,
    };
    const game = {
      conditions: 3,
      coverage: (rule: readonly number[]) => 0.5 ** rule.length,
      draw: async (rule: readonly number[], count: number) => ({
        holds: new Uint8Array(count * 3).map((_, at) => (rule.includes(at % 3) ? 1 : 0)),
        same: Uint8Array.from({ length: count }, (_, at) => (at < count * precisions[rule.join()]! ? 1 : 0)),
      }),
    };
    expect((await findAnchor(game, { ...ANCHOR, beam: 3 })).rule).toEqual([1, 2]);
    expect((await findAnchor(game, { ...ANCHOR, beam: 1 })).rule).toEqual([0, 1, 2]);
  });

  it('stop at the number of questions that was allowed', async () => {
    const noise = (cells: readonly number[]) => Math.floor(cells[0]! * 1e6) % 2 === 0;
    const { asked } = await anchorAt(0, noise, { ...ANCHOR, most: 1000 });
    expect(asked).toBeLessThan(1000 + 20 * 200);
  });

  it('bound shares by KL: inside [0, 1], around the share, nearer with more rows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 2, noNaN: true }),
        (p, level) => {
          const [low, high] = [lowerBound(p, level), upperBound(p, level)];
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(p);
          expect(high).toBeGreaterThanOrEqual(p);
          expect(lowerBound(p, level / 10)).toBeGreaterThanOrEqual(low);
          expect(upperBound(p, level / 10)).toBeLessThanOrEqual(high);
        },
      ),
    );
    // KL(1, q) = −ln q.
    expect(lowerBound(1, 0.1)).toBeCloseTo(Math.exp(-0.1), 9);
  });
});

describe('the surrogate', () => {
  const random = randomFrom(2);
  const rows = Array.from({ length: 600 }, () => [random.unit(), random.unit()]);
  const frame = frameOf(rows);
  const of = (formula: Formula) =>
    surrogateOf(frame, ['c0', 'c1'], Float64Array.from(rows, formula), {
      depth: 3,
      fidelity: 0.8,
      seed: 0,
      min_count: 10,
    });

  it('of a tree is that tree', () => {
    const found = of(([a, b]) => (a! <= 0.5 ? 1 : b! <= 0.25 ? 2 : 3));
    if ('unavailable' in found) throw new Error(found.unavailable);
    expect(found.fidelity).toBeGreaterThan(0.97);
    expect(found.rules.map(({ answer }) => answer)).toEqual([3, 2, 1]);
    expect(found.rules[0]!.when).toMatch(/^c0 > 0\.(49|50)\d* and c1 > 0\.2\d+$/);
  });

  it('shows no rules that are not true enough', () => {
    const found = of(([a, b]) => (Math.floor(a! * 1000) % 2) + b! / 100);
    expect(found).toMatchObject({ rules: [] });
  });

  it('has no fidelity to a model that always says the same', () => {
    expect(of(() => 4)).toMatchObject({ fidelity: null, rules: [] });
  });
});

describe('a rule in words', () => {
  const test = {
    kind: 'among',
    column: 'sky',
    left: ['fog', 'hail'],
    right: ['sun'],
    missing: 'left',
  } as const;
  const cut = (threshold: number, yes: boolean) =>
    ({ test: { kind: 'at-most', column: 'temp', threshold, missing: 'left' }, yes }) as const;

  it('keeps the narrowest cuts, and names no category that hardly a row has', () => {
    const path = [cut(18, true), { test, yes: true }, cut(12, false), cut(10, false)];
    expect(pathInWords(path, () => true)).toBe('12 < temp <= 18 and sky is fog or hail');
    expect(pathInWords(path, (_, name) => name === 'fog')).toBe('12 < temp <= 18 and sky is fog or another');
    expect(pathInWords([{ test, yes: false }], () => false)).toBe('sky is a rare value');
    expect(pathInWords([], () => true)).toBe('always');
  });
});

describe('groups of columns', () => {
  const names = ['color_red', 'size', 'color_blue', 'age'];

  it('stand where their first column stood, others alone', () => {
    expect(
      groupsOf(names, { color: ['color_red', 'color_blue'] }, () => true).map(({ name }) => name),
    ).toEqual(['color', 'size', 'age']);
    expect(groupsOf(names, 'prefix', () => true)[0]).toEqual({
      name: 'color',
      columns: ['color_red', 'color_blue'],
    });
    expect(groupsOf(names, 'prefix', () => false)).toHaveLength(4);
    expect(groupsOf(names, 'none', () => true)).toHaveLength(4);
  });

  it('refuse what is no feature, or in two of them', () => {
    expect(() => groupsOf(names, { c: ['colour_red'] }, () => true)).toThrow('is no feature');
    expect(() => groupsOf(names, { a: ['age'], b: ['age'] }, () => true)).toThrow('is in a and in b');
    expect(() => groupsOf(names, { age: ['size'] }, () => true)).toThrow('is a feature itself');
  });
});

describe('the background', () => {
  it('is spread over the data by medoids, and the same for the same seed', () => {
    const values = Float64Array.from({ length: 300 }, (_, row) => (row < 290 ? 0 : 100) + (row % 7));
    const rowsFor = (seed: number) =>
      backgroundRows(300, { rows: 4, method: 'medoids' }, [values], randomFrom(seed));
    expect(rowsFor(1)).toEqual(rowsFor(1));
    expect(new Set(rowsFor(1)).size).toBe(4);
    expect([...rowsFor(1)].some((row) => row >= 290)).toBe(true);
    expect(backgroundRows(3, { rows: 10, method: 'medoids' }, [values], randomFrom(0))).toEqual(
      Int32Array.of(0, 1, 2),
    );
  });
});
