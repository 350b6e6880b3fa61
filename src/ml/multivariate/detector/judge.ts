// Whether current rows are as a detector knows them: too many strange rows, or errors that are spread otherwise.
import { betaBinomialUpperTail } from '../../stats/beta-binomial.ts';
import { ksTest } from '../../stats/ks.ts';
import { mean } from '../../stats/moments.ts';
import type { DetectorReport } from '../report.ts';
import type { Baseline } from './baseline.ts';

/** KS distance of the errors under which a difference is none, however significant: that of single columns. */
const KS_FLOOR = 0.1;
/** At least twice as many strange rows as usual, and no fewer than this share. */
const LEAST_OVER = 0.02;

type Judgement = Pick<
  DetectorReport,
  'rows' | 'error' | 'limits' | 'rows_over' | 'distribution' | 'drifted' | 'reason'
>;

/**
 * Two tests, each at `alpha`: the share of rows over the row threshold against the baseline's, where the chance of a row to
 * be over it is itself only known from the baseline's rows (beta-binomial); and KS of the errors. The mean decides nothing.
 *
 * @param scores finite, at least one
 */
export function judgeErrors(scores: Float64Array, baseline: Baseline, alpha: number): Judgement {
  const over = rowsOver(scores, baseline);
  const ks = ksTest(Float64Array.from(baseline.errors), scores.slice().sort());
  const distribution = { ks: ks.statistic, p: ks.p, limit: Math.max(KS_FLOOR, baseline.ks_limit ?? 0) };
  const many = over.p <= alpha && over.current >= over.floor;
  const spread = distribution.p <= alpha && distribution.ks >= distribution.limit;
  const error = { reference: baseline.mean, current: mean(scores) };
  const reasons = [
    ...(many ? [`${percent(over.current)} of the rows are strange, usually ${percent(over.reference)}`] : []),
    ...(spread
      ? [`errors are spread otherwise: KS ${short(ks.statistic)}, limit ${short(distribution.limit)}`]
      : []),
  ];
  return {
    rows: { reference: baseline.rows, current: scores.length },
    error,
    limits: baseline.limits,
    rows_over: over,
    distribution,
    drifted: many || spread,
    reason:
      reasons.join('; ') ||
      `${percent(over.current)} of the rows are strange, usually ${percent(over.reference)}, and errors are spread as before`,
  };
}

function rowsOver(scores: Float64Array, { rows, row }: Baseline): DetectorReport['rows_over'] {
  const count = scores.filter((score) => score > row.value).length;
  const usual = row.over / rows;
  return {
    threshold: row.value,
    threshold_from: row.from,
    reference: usual,
    current: count / scores.length,
    // With `over` of n rows over it, a new row is with a chance that is Beta(over + 1, n − over), whatever the distribution.
    p: row.over >= rows ? 1 : betaBinomialUpperTail(count, scores.length, row.over + 1, rows - row.over),
    floor: Math.max(LEAST_OVER, 2 * usual),
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${short(100 * share)} %`;
}
