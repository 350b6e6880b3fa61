// What was measured of a column, before anything is decided.
import type { ColumnReport, Effect, Histogram } from './report.ts';

export type Statistics = Pick<
  ColumnReport,
  'ks' | 'wasserstein' | 'js' | 'psi' | 'chi2' | 'tvd' | 'cramers_v' | 'most_moved' | 'quantiles'
>;

export interface Measured {
  readonly statistics: Statistics;
  readonly test: 'ks' | 'chi2';
  readonly p: number;
  readonly effects: { readonly [effect in Effect]?: number };
  /** Share of current rows outside what the reference held, and how likely that is without a change. */
  readonly strangers: { readonly share: number; readonly p: number };
  readonly histogram: Pick<Histogram, 'edges' | 'categories' | 'shares'>;
}

export const NO_STATISTICS: Statistics = {
  ks: null,
  wasserstein: null,
  js: null,
  psi: null,
  chi2: null,
  tvd: null,
  cramers_v: null,
  most_moved: null,
  quantiles: null,
};
