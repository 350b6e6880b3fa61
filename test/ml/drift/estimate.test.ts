// Performance chunk by chunk, with labels and without, by what it must be. Numbers of NannyML: test/ml/agreement.
import { describe, expect, it } from 'vitest';
import { alertLimits, outside } from '../../../src/ml/drift/alert-limits.ts';
import {
  cbpeEstimators,
  classCourse,
  realisedClassEstimators,
} from '../../../src/ml/drift/class-estimators.ts';
import type { ClassRows } from '../../../src/ml/drift/class-rows.ts';
import { calibrationNeeded, expectedClasses, fitCalibrators } from '../../../src/ml/drift/estimate-cbpe.ts';
import { estimatedProbability } from '../../../src/ml/drift/performance.ts';
import { chunkRule, splitSides } from '../../../src/ml/drift/split.ts';
import type { Column } from '../../../src/ml/frame/frame.ts';
import { computeClassification, METRICS } from '../../../src/ml/metrics/table.ts';
import { OTHER, UNKNOWN } from '../../../src/ml/predict/truth.ts';
import { type Random, randomFrom } from '../../../src/util/random.ts';
import { normals, numeric } from './columns.ts';
import { type ClassCase, classSides, conceptFixture, estimates } from './concept-cases.ts';

/** Scores that are the true probabilities; `tell` turns them into what the model says. */
function simulate(
  rows: number,
  random: Random,
  { spread = 1.5, tell = (p: number) => p }: { spread?: number; tell?: (p: number) => number } = {},
): ClassRows {
  const chance = [...normals(rows, random, 0, spread)].map((x) => 1 / (1 + Math.exp(-x)));
  const said = chance.map(tell);
  return {
    classes: 2,
    positive: 1,
    predicted: Int32Array.from(said, (p) => Number(p >= 0.5)),
    scores: Float64Array.from(said.flatMap((p) => [1 - p, p])),
    probabilities: true,
    truth: Int32Array.from(chance, (p) => Number(random.unit() < p)),
  };
}

const accuracyOf = (sides: { reference: ClassRows; current: ClassRows }, needed: readonly boolean[]) => {
  const rows = { reference: sides.reference.truth.length, current: sides.current.truth.length };
  const found = cbpeEstimators(classCourse(sides, randomFrom(0)), fitCalibrators(sides.reference, needed));
  return {
    estimated: estimates(found, rows, 200)[0]!,
    realised: estimates(realisedClassEstimators(classCourse(sides, randomFrom(0))), rows, 200)[0]!,
  };
};

describe('estimates of calibrated scores', () => {
  it('hold the realised value in their band about as often as they say', () => {
    let inside = 0;
    let within95 = 0;
    let all = 0;
    for (let run = 0; run < 40; run++) {
      const random = randomFrom(run);
      const { estimated, realised } = accuracyOf(
        { reference: simulate(1000, random), current: simulate(2000, random, { spread: 0.7 }) },
        [false],
      );
      for (const [i, { value, sampling_error, band }] of estimated.chunks.entries()) {
        const real = realised.chunks[i]!.value!;
        if (real >= band![0] && real <= band![1]) inside++;
        if (Math.abs(real - value!) <= 1.96 * sampling_error!) within95++;
        all++;
      }
    }
    expect(inside / all).toBeGreaterThan(0.99);
    expect(within95 / all).toBeGreaterThan(0.93);
    expect(within95 / all).toBeLessThan(0.995);
  });

  it('follow a shift that costs accuracy, and miss one of what inputs mean', () => {
    const random = randomFrom(3);
    const reference = simulate(4000, random);
    const blurred = accuracyOf({ reference, current: simulate(4000, random, { spread: 0.4 }) }, [false]);
    expect(blurred.realised.current.value).toBeLessThan(0.62);
    expect(blurred.estimated.current.value).toBeCloseTo(blurred.realised.current.value!, 1);
    const turned = simulate(4000, random);
    const changed = { ...turned, truth: turned.truth.map((label) => 1 - label) };
    const missed = accuracyOf({ reference, current: changed }, [false]);
    expect(missed.realised.current.value).toBeLessThan(0.3);
    expect(missed.estimated.current.value).toBeGreaterThan(0.7);
  });
});

describe('scores that promise too much', () => {
  const tell = (p: number) => p ** 3 / (p ** 3 + (1 - p) ** 3);

  it('need calibration, and then estimate what is realised', () => {
    const random = randomFrom(8);
    const sides = { reference: simulate(3000, random, { tell }), current: simulate(3000, random, { tell }) };
    const needed = calibrationNeeded(sides.reference, randomFrom(0));
    expect(needed).toEqual([true]);
    const plain = accuracyOf(sides, [false]);
    const calibrated = accuracyOf(sides, needed);
    const real = plain.realised.current.value!;
    expect(plain.estimated.current.value! - real).toBeGreaterThan(0.08);
    expect(Math.abs(calibrated.estimated.current.value! - real)).toBeLessThan(0.03);
  });

  it('say so as NannyML says it, where it is plain', () => {
    for (const name of ['binary.json', 'multiclass.json']) {
      const { cases } = conceptFixture<{ readonly cases: readonly ClassCase[] }>(name);
      const plain = cases.filter((each) => each.name.startsWith('overconfident'));
      for (const each of plain)
        expect(calibrationNeeded(classSides(each).reference, randomFrom(0))).toEqual(each.calibrated);
    }
  });

  it('of one class, or told apart without fault, are left alone; margins never are', () => {
    const rows = simulate(300, randomFrom(1));
    const one = { ...rows, truth: rows.truth.map(() => 1) };
    const perfect = { ...rows, truth: rows.predicted };
    expect(calibrationNeeded(one, randomFrom(0))).toEqual([false]);
    expect(calibrationNeeded(perfect, randomFrom(0))).toEqual([false]);
    expect(calibrationNeeded({ ...rows, probabilities: false }, randomFrom(0))).toEqual([true]);
  });
});

describe('chances of several classes', () => {
  it('sum to one, also where calibration leaves nothing', () => {
    const { cases } = conceptFixture<{ readonly cases: readonly ClassCase[] }>('multiclass.json');
    const { reference } = classSides(cases[0]!);
    const nothing = { x: Float64Array.of(0), y: Float64Array.of(0) };
    for (const calibrators of [fitCalibrators(reference, [true, true, true]), [nothing, nothing, nothing]]) {
      const { all } = expectedClasses(reference, calibrators);
      for (let row = 0; row < 50; row++)
        expect(all.reduce((sum, { chance }) => sum + chance[row]!, 0)).toBeCloseTo(1, 12);
    }
  });
});

describe('realised metrics', () => {
  it.each(['binary.json', 'multiclass.json'])('are those of evaluate: %s', (name) => {
    const { cases } = conceptFixture<{ readonly cases: readonly ClassCase[] }>(name);
    for (const each of cases) {
      const sides = classSides(each);
      const rows = { reference: each.reference_rows, current: each.truth.length - each.reference_rows };
      const { current } = sides;
      const data = { ...current, scores: current.scores, weights: null };
      for (const { metric, current: found } of estimates(
        realisedClassEstimators(classCourse(sides, randomFrom(0))),
        rows,
        100,
      )) {
        const known = METRICS.find((one) => one.name === metric);
        if (!known) continue;
        expect(found.value).toBeCloseTo(computeClassification([known], data).get(metric) as number, 12);
      }
    }
  });

  it('do not change when rows change places inside a chunk', () => {
    const random = randomFrom(4);
    const rows = simulate(600, random);
    const order = Int32Array.from({ length: 600 }, (_, row) => row - (row % 200) + (199 - (row % 200)));
    const mixed: ClassRows = {
      ...rows,
      predicted: order.map((row) => rows.predicted[row]!),
      truth: order.map((row) => rows.truth[row]!),
      scores: Float64Array.from([...order].flatMap((row) => [...rows.scores!.slice(2 * row, 2 * row + 2)])),
    };
    const ask = (each: ClassRows) =>
      estimates(
        [
          ...realisedClassEstimators(classCourse({ reference: each, current: each }, randomFrom(0))),
          ...cbpeEstimators(classCourse({ reference: each, current: each }, randomFrom(0)), [null]),
        ],
        { reference: 600, current: 600 },
        200,
      );
    const [before, after] = [ask(rows), ask(mixed)];
    for (const [i, { metric, chunks }] of before.entries())
      for (const [k, { value, band }] of chunks.entries()) {
        expect(after[i]!.chunks[k]!.value).toBeCloseTo(value!, 9);
        // Resamples of average precision draw other rows.
        if (metric !== 'average_precision') expect(after[i]!.chunks[k]!.band![0]).toBeCloseTo(band![0], 9);
      }
  });

  it('leave rows without truth out, and count a class that the model does not know as an error', () => {
    const rows = simulate(300, randomFrom(6));
    const some = { ...rows, truth: rows.truth.map((label, row) => (row % 3 === 0 ? UNKNOWN : label)) };
    const strange = { ...rows, truth: rows.truth.map(() => OTHER) };
    const ask = (current: ClassRows) =>
      estimates(
        realisedClassEstimators(classCourse({ reference: rows, current }, randomFrom(0))),
        {
          reference: 300,
          current: 300,
        },
        100,
      )[0]!.current;
    expect(ask(some).rows).toBe(200);
    expect(ask(strange)).toMatchObject({ rows: 300, value: 0, alert: true });
    expect(ask({ ...rows, truth: rows.truth.map(() => UNKNOWN) })).toMatchObject({ rows: 0, value: null });
  });
});

describe('chunks', () => {
  const day = (count: number): Column => ({
    name: 'day',
    kind: 'datetime',
    type: 'datetime',
    nulls: 0,
    values: Float64Array.from({ length: count }, (_, i) => Date.UTC(2012, 0, 1) + i * 86_400_000),
  });
  const both = (count: number) => ({ reference: day(count), current: day(count) });
  const lengths = (rows: number, rule: string, how: 'auto' | 'keep' | 'append' | 'drop') =>
    splitSides({ reference: rows, current: 0 }, both(rows), chunkRule(rule), how)
      .filter(({ side }) => side === 'reference')
      .map((chunk) => chunk.rows.length);

  it('by time are as long as asked, and the rest goes where it should', () => {
    expect(lengths(31, 'P7D', 'keep')).toEqual([7, 7, 7, 7, 3]);
    expect(lengths(31, 'P7D', 'auto')).toEqual([7, 7, 7, 10]);
    expect(lengths(33, 'P7D', 'auto')).toEqual([7, 7, 7, 7, 5]);
    expect(lengths(31, 'P7D', 'drop')).toEqual([7, 7, 7, 7]);
    expect(lengths(28, 'P2W', 'keep')).toEqual([14, 14]);
    expect(lengths(5, 'P7D', 'drop')).toEqual([5]);
  });

  it('of the current rows are as large as those of the reference', () => {
    const chunks = splitSides({ reference: 1000, current: 230 }, null, chunkRule('10 chunks'), 'auto');
    expect(chunks.filter(({ side }) => side === 'current').map(({ rows }) => rows.length)).toEqual([
      100, 130,
    ]);
    expect(chunks.map(({ label }) => label).slice(-2)).toEqual(['row 1', 'row 101']);
  });

  it('hold every row with a time once, the oldest first', () => {
    const random = randomFrom(2);
    const time = numeric(
      't',
      Float64Array.from({ length: 200 }, (_, i) => (i % 50 === 7 ? Number.NaN : random.unit())),
    );
    const chunks = splitSides(
      { reference: 200, current: 200 },
      { reference: time, current: time },
      chunkRule('30 rows'),
      'keep',
    ).filter(({ side }) => side === 'reference');
    const rows = chunks.flatMap((chunk) => [...chunk.rows]);
    expect(new Set(rows).size).toBe(196);
    const times = rows.map((row) => time.kind === 'numeric' && (time.values[row] as number));
    expect(times).toEqual([...times].sort((a, b) => Number(a) - Number(b)));
  });

  it('are refused where there would be thousands, or no dates to cut by', () => {
    expect(() => splitSides({ reference: 5000, current: 1 }, null, chunkRule('1 rows'), 'auto')).toThrow(
      'makes 5001 chunks',
    );
    expect(() => splitSides({ reference: 50, current: 1 }, null, chunkRule('P1D'), 'auto')).toThrow(
      'needs time.column',
    );
  });
});

describe('limits', () => {
  it('lie 3 standard deviations around the mean, within what the metric can be', () => {
    expect(alertLimits([0.9, 0.9, 0.9], 'sigma', [0, 1])).toEqual({ lower: 0.9, upper: 0.9 });
    expect(alertLimits([0.5, 0.9], 'sigma', [0, 1])).toEqual({ lower: 0.09999999999999987, upper: 1 });
    expect(alertLimits([0.5], 'sigma', [0, 1])).toEqual({ lower: null, upper: null });
  });

  it('by percentile are the middle of the chunks', () => {
    const values = Array.from({ length: 41 }, (_, i) => i / 40);
    expect(alertLimits(values, 'percentile', [0, 1])).toEqual({ lower: 0.025, upper: 0.975 });
  });

  it('are crossed outside, not on them', () => {
    expect(outside(0.5, { lower: 0.5, upper: 0.7 })).toBe(false);
    expect(outside(0.49, { lower: 0.5, upper: 0.7 })).toBe(true);
    expect(outside(-5, { lower: null, upper: null })).toBe(false);
  });
});

describe('the probability that a metric is worse', () => {
  const estimate = (metric: string, before: number, now: number, error: number | null) => {
    const point = (value: number) => ({ rows: 1, value, sampling_error: error, band: null, alert: false });
    const none = { lower: null, upper: null };
    return {
      metric,
      basis: 'cbpe' as const,
      limits: none,
      reference: point(before),
      current: point(now),
      chunks: [],
    };
  };
  it('is one half where the change is just the tolerance', () => {
    expect(estimatedProbability(estimate('accuracy', 0.9, 0.88, 0.01), 0.02)!.value).toBeCloseTo(0.5, 9);
    expect(estimatedProbability(estimate('root_mean_squared_error', 2, 2.04, 0.01), 0.02)!.value).toBeCloseTo(
      0.5,
      9,
    );
  });
  it('grows with the loss, is certain without error, and unknown without its error', () => {
    const of = (now: number) => estimatedProbability(estimate('accuracy', 0.9, now, 0.01), 0.02)!.value!;
    expect(of(0.9)).toBeLessThan(of(0.88));
    expect(of(0.88)).toBeLessThan(of(0.8));
    expect(estimatedProbability(estimate('accuracy', 0.9, 0.85, 0), 0.02)!.value).toBe(1);
    expect(estimatedProbability(estimate('accuracy', 0.9, 0.85, null), 0.02)).toBeNull();
  });
});
