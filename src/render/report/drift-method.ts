// How drift was measured, for someone who has to defend the result.
import { formatCount } from '../../util/units.ts';
import { h, type Markup } from '../markup.ts';
import type { ColumnReport, DriftReport } from './types.ts';

const CORRECTIONS: { readonly [name: string]: string } = {
  bh: 'Benjamini–Hochberg over',
  bonferroni: 'Bonferroni over',
  none: 'not corrected for',
};

export function methodInWords(method: DriftReport['method'], columns: readonly ColumnReport[]): Markup[] {
  const tests = new Set(columns.map(({ decides }) => decides?.test));
  const chunks = columns.some(({ decides }) => decides?.limit_from === 'chunks');
  const paragraphs = [
    `A column counts as moved when one test finds the difference significant (adjusted p at most ${method.alpha}) and its effect reaches its limit. With thousands of rows nearly everything is significant; the limit asks whether it matters.`,
    tests.has('ks')
      ? 'Numbers are compared with the Kolmogorov–Smirnov test: the largest gap between the two cumulative distributions, 0 for equal and 1 for disjoint.'
      : '',
    tests.has('chi2')
      ? 'Categories are compared with a chi-square test, rare ones merged; the effect is the Jensen–Shannon distance (base 2), 0 for equal and 1 for disjoint.'
      : '',
    `p-values are ${CORRECTIONS[method.correction] ?? method.correction} ${formatCount(method.family)} columns. Columns with fewer than ${formatCount(method.min_rows)} rows on a side are skipped.`,
    method.calibrated
      ? `Rows follow each other in time, so limits were raised to what ${formatCount(method.chunks)} stretches of the reference differ by among themselves${chunks ? '' : '; the floors were higher everywhere'}.`
      : 'p-values take rows to be independent; where rows follow each other in time they are too small.',
    `Other measures stand under each picture and decide nothing: PSI over ${formatCount(method.bins)} bins at quantiles of the reference (above its critical value chance alone is unlikely), Wasserstein distance in standard deviations of the reference, Jensen–Shannon distance, total variation. Seed ${method.seed}.`,
  ];
  return paragraphs.filter((text) => text !== '').map((text) => h('p', {}, text));
}
