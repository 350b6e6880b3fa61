import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutations } from '../../../src/ml/explain/permutation-importance.ts';
import { boostScores, fitBoost, gainImportance } from '../../../src/ml/trees/boost.ts';
import { numericBinOf, numericBins } from '../../../src/ml/trees/boost-bins.ts';
import { categoryBins } from '../../../src/ml/trees/boost-category-bins.ts';
import { type BoostFeature, takeFeature } from '../../../src/ml/trees/boost-feature.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { classesOf, DATA_SETS, signalOf } from './data-sets.ts';

const ROWS = 400;
const FEW = { trees: 20 };

function learnt(features: readonly BoostFeature[], target: Float64Array, objective: 'l2' | 'binary' = 'l2') {
  return boostScores(fitBoost(features, target, objective, FEW), features, target.length);
}

function numeric(values: Float64Array): BoostFeature {
  return { kind: 'numeric', values };
}

function expectClose(a: Float64Array, b: Float64Array, within: number): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThanOrEqual(within);
}

describe('boosted trees', () => {
  const features = DATA_SETS['missing']!(ROWS);
  const target = signalOf(features, ROWS);

  it('is the same whichever strictly rising function the columns went through', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<(x: number) => number>(
          (x) => 3 * x,
          (x) => x ** 3,
          Math.sinh,
        ),
        (rise) => {
          // Zero keeps its own bin only if it stays where it is.
          const changed = features.map((each) =>
            each.kind === 'numeric' ? numeric(each.values.map(rise)) : each,
          );
          expect(learnt(changed, target)).toEqual(learnt(features, target));
        },
      ),
      { numRuns: 6 },
    );
  });

  it.each(Object.keys(DATA_SETS))('does not ask in which order the rows come: %s', (name) => {
    const columns = DATA_SETS[name]!(ROWS);
    const signal = signalOf(columns, ROWS);
    const [order] = permutations(ROWS, 1, randomFrom(3));
    const mixed = learnt(
      columns.map((each) => takeFeature(each, order!)),
      Float64Array.from(order!, (row) => signal[row]!),
    );
    const usual = learnt(columns, signal);
    expectClose(
      mixed,
      Float64Array.from(order!, (row) => usual[row]!),
      1e-5,
    );
  });

  it('says a constant target back', () => {
    const scores = learnt(features, new Float64Array(ROWS).fill(7.25));
    for (const score of scores) expect(score).toBe(7.25);
  });

  it('keeps squared error estimates within the reach of the target, and moves with it', () => {
    const scores = learnt(features, target);
    expect(Math.max(...scores)).toBeLessThanOrEqual(Math.max(...target));
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(Math.min(...target));
    // A power of two moves the bits of float32 only.
    const shifted = learnt(
      features,
      target.map((each) => 2 * each),
    );
    expectClose(
      shifted,
      scores.map((each) => 2 * each),
      1e-4,
    );
  });

  it('turns the log odds around when the classes are swapped', () => {
    const classes = classesOf(target);
    const swapped = learnt(
      features,
      classes.map((each) => 1 - each),
      'binary',
    );
    expectClose(
      swapped,
      learnt(features, classes, 'binary').map((each) => -each),
      1e-3,
    );
  });

  it('makes a constant of one class, of no row, and of columns that say nothing', () => {
    const one = fitBoost(features, new Float64Array(ROWS).fill(1), 'binary');
    expect(one.trees).toHaveLength(1);
    expect(boostScores(one, features, 1)[0]).toBeGreaterThan(30);
    const none = fitBoost([], new Float64Array(0), 'l2');
    expect([...boostScores(none, [], 0)]).toEqual([]);
    const empty = [numeric(new Float64Array(50).fill(Number.NaN)), numeric(new Float64Array(50).fill(2))];
    const model = fitBoost(empty, target.slice(0, 50), 'l2');
    expect(model.trees).toHaveLength(1);
    expect([...gainImportance(model)]).toEqual([0, 0]);
  });

  it('sends what it never saw where it sends zero, or a category to the right', () => {
    const whole = DATA_SETS['continuous']!(ROWS);
    const model = fitBoost(whole, signalOf(whole, ROWS), 'l2', FEW);
    const at = (value: number) =>
      boostScores(
        model,
        whole.map(() => numeric(Float64Array.of(value))),
        1,
      )[0];
    expect(at(Number.NaN)).toBe(at(0));
  });
});

describe('bins of numbers', () => {
  const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 });

  it('rise with the values, and lie within what was asked for', () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 2, max: 20 }),
        (all, most) => {
          const values = Float64Array.from(all);
          const bins = numericBins(values, most);
          expect(bins.upper.length).toBeLessThanOrEqual(most);
          expect(bins.upper.at(-1)).toBe(Number.POSITIVE_INFINITY);
          expect([...bins.upper]).toEqual([...bins.upper].sort((a, b) => a - b));
          for (const value of values) {
            const bin = numericBinOf(bins, value);
            expect(value).toBeLessThanOrEqual(bins.upper[bin]!);
            if (bin > 0) expect(value).toBeGreaterThan(bins.upper[bin - 1]!);
          }
        },
      ),
    );
  });

  it('keep missing values apart', () => {
    const bins = numericBins(Float64Array.of(1, 1, 1, Number.NaN, 5, 5, 5), 255);
    expect(bins.missing).toBe(true);
    expect(numericBinOf(bins, Number.NaN)).toBe(bins.upper.length);
  });
});

describe('bins of categories', () => {
  it('hold the most frequent first, and none for the rare', () => {
    const codes = Int32Array.from([
      ...Array(50).fill(4),
      ...Array(30).fill(2),
      ...Array(10).fill(9),
      7,
      1,
      -1,
    ]);
    expect(categoryBins(codes, 255)).toEqual([-1, 4, 2, 9]);
  });
});
