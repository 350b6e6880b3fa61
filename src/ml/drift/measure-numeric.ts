import { betaBinomialUpperTail } from '../stats/beta-binomial.ts';
import { jensenShannon } from '../stats/jensen-shannon.ts';
import { ksTest } from '../stats/ks.ts';
import { standardDeviation } from '../stats/moments.ts';
import { psi, psiCritical } from '../stats/psi.ts';
import { quantile } from '../stats/quantile.ts';
import { countInBins, countUpTo, quantileEdges } from '../stats/quantile-bins.ts';
import { sharesOf } from '../stats/shares.ts';
import { wasserstein } from '../stats/wasserstein.ts';
import { type Measured, NO_STATISTICS } from './measure.ts';
import type { NumericSide } from './sides.ts';

export interface NumericMethod {
  readonly bins: number;
  readonly psiFloor: number;
  /** Of all rows that the reference stands for, where it is a sample of them. */
  readonly range?: { readonly min: number; readonly max: number; readonly rows: number };
}

/** Reports show no value beyond these: an extreme may be a person. */
const QUANTILES = [0.01, 0.25, 0.5, 0.75, 0.99];
const PICTURE_BINS = 20;

/** Neither side empty. */
export function measureNumeric(
  reference: NumericSide,
  current: NumericSide,
  method: NumericMethod,
): Measured {
  const a = reference.sorted;
  const b = current.sorted;
  const ks = ksTest(a, b);
  const area = wasserstein(a, b);
  const sigma = standardDeviation(a);
  const norm = sigma > 0 ? area / sigma : null;
  const edges = quantileEdges(a, method.bins);
  const p = sharesOf(countInBins(a, edges));
  const q = sharesOf(countInBins(b, edges));
  const js = jensenShannon(p, q);
  return {
    statistics: {
      ...NO_STATISTICS,
      ks,
      wasserstein: { value: area, norm },
      js: { value: js },
      psi: {
        value: psi(p, q, method.psiFloor),
        critical: psiCritical(p.length, a.length, b.length),
        bins: p.length,
      },
      quantiles: {
        p: QUANTILES,
        reference: QUANTILES.map((each) => quantile(a, each)),
        current: QUANTILES.map((each) => quantile(b, each)),
      },
    },
    test: 'ks',
    p: ks.p,
    effects: { ks: ks.statistic, js, ...wassersteinEffect(area, norm) },
    strangers: outOfRange(a, b, method.range),
    histogram: { categories: null, ...picture(a, b) },
  };
}

/** Of two equal constants it is 0; of a constant and something else it has no value. */
function wassersteinEffect(area: number, norm: number | null): { wasserstein_norm?: number } {
  if (norm !== null) return { wasserstein_norm: norm };
  return area === 0 ? { wasserstein_norm: 0 } : {};
}

/**
 * A new row of the same distribution lies outside the range of n others with a chance that is Beta(2, n − 1), whatever
 * the distribution: with 100 reference rows, 2 % outside are no news.
 */
function outOfRange(
  a: Float64Array,
  b: Float64Array,
  range = { min: a[0]!, max: a[a.length - 1]!, rows: a.length },
): Measured['strangers'] {
  const inside = countUpTo(b, range.max) - countBelow(b, range.min);
  const outside = b.length - inside;
  return {
    share: outside / b.length,
    p: range.rows < 2 ? 1 : betaBinomialUpperTail(outside, b.length, 2, range.rows - 1),
  };
}

function countBelow(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bins of equal width over the middle 98 % of the reference, for the eye; both ends open. */
function picture(a: Float64Array, b: Float64Array): Pick<Measured['histogram'], 'edges' | 'shares'> {
  const low = quantile(a, 0.01);
  const high = quantile(a, 0.99);
  const count = high > low ? PICTURE_BINS - 1 : 1;
  const edges = Float64Array.from(
    { length: count },
    (_, i) => low + ((high - low) * i) / Math.max(1, count - 1),
  );
  return {
    edges: [...edges],
    shares: {
      reference: [...sharesOf(countInBins(a, edges))],
      current: [...sharesOf(countInBins(b, edges))],
    },
  };
}
