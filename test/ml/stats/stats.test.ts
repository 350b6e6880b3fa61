// What the rows of test/ml/agreement/statistics.ts do not say. fixtures/ml/stats/make.py made golden.json.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, bonferroni } from '../../../src/ml/stats/adjust.ts';
import { autocorrelation } from '../../../src/ml/stats/autocorrelation.ts';
import { bootstrapMeans } from '../../../src/ml/stats/bootstrap.ts';
import { chi2Contingency } from '../../../src/ml/stats/chi2-contingency.ts';
import { cramersV } from '../../../src/ml/stats/cramers-v.ts';
import { jensenShannon } from '../../../src/ml/stats/jensen-shannon.ts';
import { ksTest } from '../../../src/ml/stats/ks.ts';
import { ksExactP } from '../../../src/ml/stats/ks-exact.ts';
import { kstwoSf } from '../../../src/ml/stats/kstwo.ts';
import { logGamma } from '../../../src/ml/stats/log-gamma.ts';
import { mergeCells } from '../../../src/ml/stats/merge-cells.ts';
import { mean, standardDeviation } from '../../../src/ml/stats/moments.ts';
import { mostMoved } from '../../../src/ml/stats/most-moved.ts';
import { psi, psiCritical } from '../../../src/ml/stats/psi.ts';
import { countInBins, quantileEdges } from '../../../src/ml/stats/quantile-bins.ts';
import { sampleRows } from '../../../src/ml/stats/sample.ts';
import { sharesOf } from '../../../src/ml/stats/shares.ts';
import { totalVariation } from '../../../src/ml/stats/total-variation.ts';
import { twoProportions } from '../../../src/ml/stats/two-proportions.ts';
import { wasserstein } from '../../../src/ml/stats/wasserstein.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { type StatisticsGolden, samplesOf } from './cases.ts';
import { lcg } from './lcg.ts';

const golden = JSON.parse(readFileSync('fixtures/ml/stats/golden.json', 'utf8')) as StatisticsGolden;

/** Relative, and absolute below 1e-300 where doubles lose bits. */
function near(actual: number, expected: number, tolerance = 1e-9): void {
  const error = Math.abs(actual - expected);
  if (error > tolerance * Math.abs(expected) + 1e-300)
    expect.fail(`${actual} is not ${expected} (relative ${error / Math.abs(expected)})`);
}

describe('two samples', () => {
  it.each(golden.two_samples)(
    'seed $seed, $n and $m rows: exact as long as scipy is, bins at its edges',
    (each) => {
      const [a, b] = samplesOf(each);
      expect(ksTest(a, b).method).toBe(Math.max(each.n, each.m) <= 10_000 ? 'exact' : 'asymptotic');
      if (each.steps === 0 && each.n > 10)
        quantileEdges(a, 10).forEach((edge, i) => {
          near(edge, each.edges[i]!, 1e-15);
        });
    },
  );

  it('falls back to the asymptotic distribution beyond 10,000 rows, as scipy does', () => {
    const first = golden.two_samples[0]!;
    const [a, b] = samplesOf(first);
    const effective = Math.round((a.length * b.length) / (a.length + b.length));
    near(kstwoSf(effective, ksTest(a, b).statistic), first.p_asymptotic);
  });

  it('show nothing where the samples are the same', () => {
    const a = lcg(1, 300).sort();
    expect(ksTest(a, a)).toEqual({ statistic: 0, p: 1, method: 'exact' });
    expect(wasserstein(a, a)).toBe(0);
  });
});

describe('kolmogorov distribution', () => {
  it('agrees with scipy.stats.kstwo.sf in every regime', () => {
    expect(golden.kstwo.length).toBeGreaterThan(300);
    for (const [n, x, p] of golden.kstwo) {
      const error = Math.abs(kstwoSf(n, x) - p);
      // Where scipy itself takes 1 − cdf, only absolute precision is left to agree with.
      if (error > 1e-9 * p && error > 4e-16) expect.fail(`n ${n} x ${x}: ${kstwoSf(n, x)} is not ${p}`);
    }
  });

  it('counts lattice paths the same whichever sample comes first', () => {
    for (const [n, m, d] of golden.ks_exact) near(ksExactP(m, n, d), ksExactP(n, m, d));
  });

  it('gives 0 where no double is left, and 1 for no distance', () => {
    expect(ksExactP(5000, 4999, 0.9)).toBe(0);
    expect(ksExactP(10, 7, 0)).toBe(1);
  });
});

it('log gamma agrees with scipy', () => {
  for (const [x, value] of golden.log_gamma)
    expect(Math.abs(logGamma(x) - value)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(value)));
});

describe('counts', () => {
  it('have the degrees of freedom that scipy counts, and its association', () => {
    for (const { a, b, df, cramers_v_uncorrected } of golden.tables) {
      const test = chi2Contingency(a, b)!;
      expect(test.df).toBe(df);
      const total = [...a, ...b].reduce((sum, each) => sum + each, 0);
      near(Math.sqrt(test.statistic / total), cramers_v_uncorrected);
    }
  });

  it('follow the textbook example of one new category', () => {
    const p = sharesOf([50, 30, 20, 0]);
    const q = sharesOf([40, 40, 10, 10]);
    near(jensenShannon(p, q), 0.2672855221530687);
    near(totalVariation(p, q), 0.2);
    expect(mostMoved(p, q)).toBe(0);
    for (const [floor, value] of Object.entries(golden.field.psi)) near(psi(p, q, Number(floor)), value);
    const test = chi2Contingency([50, 30, 20, 0], [40, 40, 10, 10])!;
    near(test.statistic, 15.873015873015873);
    near(test.p, 0.0012040250514101928);
  });

  it('have no test where only one cell or one side is filled', () => {
    expect(chi2Contingency([10, 0], [12, 0])).toBeNull();
    expect(chi2Contingency([10, 5], [0, 0])).toBeNull();
    expect(twoProportions(0, 50, 0, 70)).toBe(1);
    near(twoProportions(5, 50, 20, 70), chi2Contingency([5, 45], [20, 50])!.p);
  });

  it('merge what is too thin, and keep every count', () => {
    const merged = mergeCells([500, 400, 3, 2, 1], [480, 410, 4, 1, 3]);
    expect(merged.a).toEqual([500, 400, 6]);
    expect(merged.b).toEqual([480, 410, 8]);
    expect(merged.merged).toBe(3);
    const thin = mergeCells([500, 400, 1], [480, 410, 1]);
    expect(thin.a).toEqual([500, 401]);
  });

  it('are pooled no further than needed: many small categories still show that all rows went to one', () => {
    const before = new Array<number>(60).fill(50);
    const now = before.map((_, i) => (i === 7 ? 100 : 0));
    const { a, b, merged } = mergeCells(before, now);
    expect([a.reduce((x, y) => x + y), b.reduce((x, y) => x + y)]).toEqual([3000, 100]);
    expect(merged).toBe(60);
    expect(chi2Contingency(a, b)!.p).toBeLessThan(1e-100);
  });

  it('do not take chance for drift, however many categories: p is under 0.05 in about 5 of 100 null runs', () => {
    const cumulative: number[] = [];
    for (let rank = 1; rank <= 200; rank++) cumulative.push((cumulative.at(-1) ?? 0) + 1 / rank);
    const draw = (numbers: readonly number[]) => {
      const counts = new Array<number>(200).fill(0);
      for (const u of numbers) counts[cumulative.findIndex((each) => each >= u * cumulative.at(-1)!)]!++;
      return counts;
    };
    const runs = 300;
    const uniforms = [...lcg(11, runs * 2000)];
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const at = run * 2000;
      const { a, b } = mergeCells(
        draw(uniforms.slice(at, at + 1000)),
        draw(uniforms.slice(at + 1000, at + 2000)),
      );
      if (chi2Contingency(a, b)!.p < 0.05) alarms++;
    }
    expect(alarms / runs).toBeLessThan(0.09);
  });

  it('do not call independence an association', () => {
    expect(cramersV(chi2Contingency([500, 500], [490, 510])!.statistic, 2000, 2)).toBe(0);
    expect(cramersV(chi2Contingency([1000, 0], [0, 1000])!.statistic, 2000, 2)).toBeCloseTo(1, 3);
  });

  it('know what PSI reaches by chance', () => {
    near(psiCritical(10, 1000, 1000), 16.918977604620448 * 0.002);
    expect(psiCritical(1, 100, 100)).toBe(0);
  });
});

describe('bins', () => {
  it('are never empty in the reference and lose no value of another sample', () => {
    const reference = Float64Array.from([
      ...new Array(60).fill(0),
      ...new Array(10).fill(1),
      ...lcg(4, 30),
    ]).sort();
    const edges = quantileEdges(reference, 10);
    expect(Math.min(...countInBins(reference, edges))).toBeGreaterThan(0);
    const other = Float64Array.from([-5, 0, 0.5, 99]);
    expect(countInBins(other, edges).reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(quantileEdges(new Float64Array(50).fill(3), 10).length).toBe(0);
  });
});

describe('families of tests', () => {
  it('of one and of none', () => {
    expect(bonferroni([0.01, 0.6])).toEqual([0.02, 1]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe('autocorrelation', () => {
  it('is high for a walk, low for noise, and unknown for a constant', () => {
    const noise = lcg(8, 2000);
    let level = 0;
    const walk = noise.map((x) => (level += x - 0.5));
    expect(autocorrelation(walk)).toBeGreaterThan(0.95);
    expect(Math.abs(autocorrelation(noise)!)).toBeLessThan(0.1);
    expect(autocorrelation(new Float64Array(10))).toBeNull();
  });
});

describe('chance', () => {
  it('gives the same numbers for the same seed, forever', () => {
    for (const [seed, numbers] of Object.entries(golden.random)) {
      const random = randomFrom(Number(seed));
      expect(Array.from({ length: 6 }, random.uint32)).toEqual(numbers);
    }
  });

  it('is even', () => {
    const random = randomFrom(7);
    const counts = new Float64Array(20);
    for (let i = 0; i < 20_000; i++) counts[random.below(20)]!++;
    expect(chi2Contingency(counts, new Float64Array(20).fill(1000))!.p).toBeGreaterThan(0.001);
  });

  it('samples rows once each, in order', () => {
    const rows = sampleRows(1000, 100, randomFrom(1));
    expect(rows.length).toBe(100);
    expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
    expect([...sampleRows(5, 10, randomFrom(1))]).toEqual([0, 1, 2, 3, 4]);
  });

  it('bootstraps the standard error of a mean', () => {
    const values = lcg(3, 400);
    const means = bootstrapMeans(
      { sums: values, counts: new Float64Array(400).fill(1) },
      2000,
      randomFrom(0),
    );
    expect(mean(means)).toBeCloseTo(mean(values), 2);
    expect(standardDeviation(means) / (standardDeviation(values) / 20)).toBeCloseTo(1, 1);
  });
});
