// Intervals: as wide as they should be, the same for the same seed, and holding the truth as often as they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certainShare, intervalOf } from '../../../src/ml/metrics/interval.ts';
import { poissonWeights } from '../../../src/ml/metrics/poisson-weights.ts';
import { type Draws, type Measurable, replicatesOf } from '../../../src/ml/metrics/replicates.ts';
import { computeClassification, defaultMetrics, metricFor } from '../../../src/ml/metrics/table.ts';
import { type Random, randomFrom } from '../../../src/util/random.ts';

const draws = (replicates: number, seed = 0): Draws => ({ ofCells: replicates, ofRows: replicates, seed });
const metric = (name: string) => metricFor(name)!;

/** A standard normal number by Box and Muller. */
const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());

/** Scores of two classes whose means lie `apart` standard deviations from each other. */
function twoClasses(rows: number, apart: number, random: Random): Extract<Measurable, { kind: 'classes' }> {
  const truth = Int32Array.from({ length: rows }, () => random.below(2));
  const scores = new Float64Array(2 * rows);
  truth.forEach((k, row) => {
    const p = 1 / (1 + Math.exp(-(normal(random) + k * apart - apart / 2)));
    scores[2 * row] = 1 - p;
    scores[2 * row + 1] = p;
  });
  const predicted = truth.map((_, row) => (scores[2 * row + 1]! > 0.5 ? 1 : 0));
  const data = { truth, predicted, classes: 2, positive: 1, scores, probabilities: true, weights: null };
  return { kind: 'classes', data };
}

function numbers(rows: number, random: Random): Extract<Measurable, { kind: 'numbers' }> {
  const truth = Float64Array.from({ length: rows }, () => 5 * normal(random));
  const predicted = truth.map((value) => value + normal(random));
  return { kind: 'numbers', data: { truth, predicted, weights: null, quantiles: null } };
}

describe('a 95 % interval holds the truth in about 95 of 100 samples', () => {
  const SAMPLES = 400;
  // Percentiles of some hundred rows hold a little less than they say; four binomial standard errors more.
  const least = 0.935 - 4 * Math.sqrt((0.935 * 0.065) / SAMPLES);
  const most = 0.95 + 4 * Math.sqrt((0.95 * 0.05) / SAMPLES);

  function coverage(of: (random: Random) => Measurable, truths: { readonly [name: string]: number }) {
    const held = Object.fromEntries(Object.keys(truths).map((name) => [name, 0]));
    const metrics = Object.keys(truths).map(metric);
    for (let sample = 0; sample < SAMPLES; sample++) {
      const all = of(randomFrom(1000 + sample));
      const [found] = replicatesOf(metrics, [all], draws(250, sample));
      for (const [name, truth] of Object.entries(truths)) {
        const interval = intervalOf(found!.get(name)!, truth, 0.95);
        if (typeof interval === 'string') throw new Error(`${name}: ${interval}`);
        if (interval[0] <= truth && truth <= interval[1]) held[name]!++;
      }
    }
    return Object.fromEntries(Object.entries(held).map(([name, count]) => [name, count / SAMPLES]));
  }

  it('for scores of two classes', () => {
    // Means 1.5 apart: the area is Φ(1.5/√2), the accuracy at the middle Φ(0.75).
    const found = coverage((random) => twoClasses(200, 1.5, random), {
      roc_auc: 0.855577962,
      accuracy: 0.7733726476,
    });
    for (const [name, share] of Object.entries(found)) {
      expect(share, name).toBeGreaterThan(least);
      expect(share, name).toBeLessThan(most);
    }
  });

  it('for numbers, and for numbers that weigh differently', () => {
    // Errors are standard normal: their mean is 0, their mean size √(2/π), the median size Φ⁻¹(3/4), their mean square 1.
    const truths = {
      mean_error: 0,
      mean_absolute_error: 0.7978845608,
      median_absolute_error: 0.6744897502,
      root_mean_squared_error: 1,
    };
    const plain = coverage((random) => numbers(200, random), truths);
    const weighted = coverage((random) => {
      const all = numbers(300, random);
      const weights = Float64Array.from(all.data.truth, () => 0.5 + 2 * random.unit());
      return { ...all, data: { ...all.data, weights } };
    }, truths);
    for (const [name, share] of [...Object.entries(plain), ...Object.entries(weighted)]) {
      expect(share, name).toBeGreaterThan(least);
      expect(share, name).toBeLessThan(most);
    }
  });

  it('of few replicates, which are read by their standard deviation', () => {
    let held = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const all = numbers(200, randomFrom(sample));
      const [found] = replicatesOf([metric('mean_error')], [all], draws(20, sample));
      const { truth, predicted } = all.data;
      const value = predicted.reduce((sum, each, row) => sum + each - truth[row]!, 0) / truth.length;
      const [low, high] = intervalOf(found!.get('mean_error')!, value, 0.95) as [number, number];
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / SAMPLES).toBeGreaterThan(least);
    expect(held / SAMPLES).toBeLessThan(most);
  });
});

describe('replicates', () => {
  const all = twoClasses(500, 1, randomFrom(5));

  it('are the same for the same seed, and others for another', () => {
    const run = (seed: number) => replicatesOf(defaultMetrics('binary'), [all], draws(30, seed));
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });

  it('of counts spread alike whether rows or cells are drawn', () => {
    const weighted: Measurable = {
      kind: 'classes',
      data: { ...all.data, weights: new Float64Array(500).fill(2) },
    };
    const names = ['accuracy', 'f1', 'matthews_corrcoef'];
    const [byCells, byRows] = [all, weighted].map((each) =>
      replicatesOf(names.map(metric), [each], draws(4000)),
    );
    const spread = (values: Float64Array) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length);
    };
    for (const name of names) {
      const ratio = spread(byCells![0]!.get(name)!) / spread(byRows![0]!.get(name)!);
      // A standard deviation of 4,000 has a standard error of 1/√8000; of a ratio √2 times that. Four of them.
      expect(Math.abs(ratio - 1), name).toBeLessThan(4 * Math.sqrt(2 / 8000));
    }
  });

  it('of one model twice are the same, row by row and cell by cell', () => {
    const [one, two] = replicatesOf(defaultMetrics('binary'), [all, all], draws(20));
    expect(one).toEqual(two);
  });

  it('do not see a change of all weights by one factor, nor classes that change names', () => {
    const weights = Float64Array.from({ length: 500 }, (_, row) => 1 + (row % 3));
    const withWeights = (factor: number): Measurable => ({
      kind: 'classes',
      data: { ...all.data, weights: weights.map((each) => each * factor) },
    });
    const [one] = replicatesOf([metric('roc_auc')], [withWeights(1)], draws(20));
    const [four] = replicatesOf([metric('roc_auc')], [withWeights(4)], draws(20));
    expect(four).toEqual(one);
    const swapped: Measurable = {
      kind: 'classes',
      data: {
        ...all.data,
        truth: all.data.truth.map((k) => 1 - k),
        scores: all.data.scores!.map((_, at, scores) => scores[at % 2 === 0 ? at + 1 : at - 1]!),
        positive: 0,
      },
    };
    const area = (each: Measurable) =>
      replicatesOf([metric('roc_auc')], [each], draws(20))[0]!.get('roc_auc')!;
    expect([...area(swapped)]).toEqual([...area(all)]);
  });

  it('leave out what the bootstrap says nothing about', () => {
    const [found] = replicatesOf([metric('max_error'), metric('r2')], [numbers(50, randomFrom(1))], draws(5));
    expect([...found!.keys()]).toEqual(['r2']);
  });
});

describe('weights of a replicate', () => {
  it('are Poisson numbers of mean 1', () => {
    const counts = new Float64Array(400_000);
    poissonWeights()(counts, null, randomFrom(9));
    let probability = Math.exp(-1);
    for (let k = 0; k < 7; k++) {
      const share = counts.reduce((sum, each) => sum + (each === k ? 1 : 0), 0) / counts.length;
      const error = Math.sqrt((probability * (1 - probability)) / counts.length);
      expect(Math.abs(share - probability), `share of ${k}`).toBeLessThan(4.5 * error);
      probability /= k + 1;
    }
  });
});

describe('an interval', () => {
  it('lies inside the replicates, and grows with its level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 200, maxLength: 300 }),
        (values) => {
          const samples = Float64Array.from(values);
          const narrow = intervalOf(samples, 0, 0.8);
          const wide = intervalOf(samples, 0, 0.95);
          if (typeof narrow === 'string' || typeof wide === 'string') return;
          expect(wide[0]).toBeLessThanOrEqual(narrow[0]);
          expect(wide[1]).toBeGreaterThanOrEqual(narrow[1]);
          expect(wide[0]).toBeGreaterThanOrEqual(Math.min(...values));
          expect(wide[1]).toBeLessThanOrEqual(Math.max(...values));
        },
      ),
    );
  });

  it('is none where some replicate cannot be computed, or all agree', () => {
    expect(intervalOf(Float64Array.from([1, Number.NaN]), 1, 0.95)).toMatch('so few rows of a kind');
    expect(intervalOf(Float64Array.from([1, 1, 1]), 1, 0.95)).toMatch('the same number');
  });

  it('of a share that never failed is not a point: 30 of 30 may be 88 %', () => {
    const [low, high] = certainShare(1, 30, 0.95);
    expect(low).toBeCloseTo(0.025 ** (1 / 30), 12);
    expect(high).toBe(1);
    expect(certainShare(0, 30, 0.95)).toEqual([0, 1 - low]);
  });
});

it('a metric is the same number whether its rows stand in one order or another', () => {
  const all = twoClasses(300, 1, randomFrom(8)).data;
  const order = Array.from({ length: 300 }, (_, row) => (row * 7) % 300);
  const moved = {
    ...all,
    truth: Int32Array.from(order, (row) => all.truth[row]!),
    predicted: Int32Array.from(order, (row) => all.predicted[row]!),
    scores: Float64Array.from(order.flatMap((row) => [all.scores![2 * row]!, all.scores![2 * row + 1]!])),
  };
  const [one, two] = [all, moved].map((data) => computeClassification(defaultMetrics('binary'), data));
  for (const [name, value] of one!) expect(two!.get(name), name).toBeCloseTo(value as number, 12);
});
