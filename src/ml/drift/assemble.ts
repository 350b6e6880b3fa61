// The report and its details, from what was compared.
import type { Finding } from '../../core/finding.ts';
import type { Frame } from '../frame/frame.ts';
import type { Table } from '../frame/read.ts';
import type { Together } from '../multivariate/multivariate.ts';
import type { Compared } from './compare.ts';
import type { Course } from './course.ts';
import type { Estimate, EstimateSummary } from './estimate-report.ts';
import type { DriftOptions } from './options.ts';
import type { Realised } from './performance.ts';
import type { BothPredicted } from './predictions.ts';
import type { Reference } from './reference.ts';
import type { Advice, DriftDetails, DriftReport, ImportanceReport, Pair } from './report.ts';
import type { Chunk } from './split.ts';

export interface Facts {
  readonly stage: string;
  readonly options: DriftOptions;
  readonly reference: Reference;
  readonly sides: Pair<Frame>;
  readonly tables: Pair<Table>;
  readonly features: Compared;
  readonly predictions: Compared | null;
  readonly target: Compared | null;
  readonly predicted: BothPredicted | null;
  readonly realised: Realised | null;
  readonly together: Together;
  readonly chunks: number;
  /** What performance and columns are followed over. */
  readonly over: readonly Chunk[];
  readonly course: Course | null;
  /** Of the metric that advice is about. */
  readonly estimate: Estimate | null;
  readonly importance: ImportanceReport | null;
  readonly findings: readonly Finding[];
  readonly advice: Advice;
}

export function reportOf(facts: Facts): DriftReport {
  const { options, features, predictions, target, realised, advice } = facts;
  const summary = summaryOf(facts);
  return {
    schema: 'mlops.drift/1',
    stage: facts.stage,
    inputs: inputsOf(facts),
    method: {
      alpha: options.alpha,
      correction: options.correction,
      family: summary.tested,
      bins: options.bins,
      psi_floor: options.psiFloor,
      js_base: 2,
      min_rows: options.minRows,
      calibrated: facts.chunks >= 2,
      chunks: facts.chunks,
      seed: options.seed,
    },
    summary,
    ...metricsOf(facts, summary.drifted_share),
    columns: features.columns,
    predictions: predictions?.columns[0] ?? null,
    target: target?.columns[0] ?? null,
    performance: realised?.performance ?? null,
    realised: (facts.course?.realised ?? []).map(withoutChunks),
    estimates: (facts.course?.estimates ?? []).map(withoutChunks),
    importance: facts.importance,
    multivariate: facts.together.report,
    advice,
    findings: facts.findings,
  };
}

function inputsOf({ reference, sides, tables, predicted }: Facts): DriftReport['inputs'] {
  const input = (side: 'reference' | 'current') => ({
    path: tables[side].path,
    sha256: tables[side].sha256,
    rows: sides[side].rows,
  });
  return {
    reference: reference.input ?? input('reference'),
    current: input('current'),
    model: predicted?.model ?? null,
    predictions: predicted?.file ?? null,
  };
}

function summaryOf({ features: { columns }, predictions, target }: Facts): DriftReport['summary'] {
  const tested = columns.filter(({ decides }) => decides).length;
  const errors = columns.filter(({ status }) => status === 'error').length;
  const drifted = columns.filter((column) => column.drifted).length;
  return {
    columns: columns.length,
    tested,
    skipped: columns.length - tested - errors,
    errors,
    drifted,
    drifted_share: tested === 0 ? 0 : drifted / tested,
    predictions_drifted: predictions?.columns[0]?.drifted ?? null,
    target_drifted: target?.columns[0]?.drifted ?? null,
  };
}

function withoutChunks({ chunks: _, ...summary }: Estimate): EstimateSummary {
  return summary;
}

/** What `mlops metrics` lists and compares: flat names, numbers only. */
function metricsOf(
  { realised, course, estimate, importance, together, advice: { probability } }: Facts,
  share: number,
): Pick<DriftReport, 'metrics' | 'unavailable'> {
  const metrics: Record<string, number> = { drifted_share: share, ...together.metrics };
  const unavailable: Record<string, string> = { ...together.unavailable };
  if (realised) {
    const { metric, reference, current, change } = realised.performance;
    metrics[`${metric}_reference`] = reference;
    metrics[`${metric}_current`] = current;
    metrics[`${metric}_change`] = change;
  }
  if (estimate !== null && estimate.current.value !== null)
    metrics[`${estimate.metric}_estimated`] = estimate.current.value;
  if (course?.unavailable) unavailable['estimates'] = course.unavailable;
  if (importance === null) unavailable['importance'] = 'no column moved, or there is no model to ask';
  if (probability.value === null) unavailable['advice_probability'] = probability.reason ?? '';
  else metrics['advice_probability'] = probability.value;
  return { metrics, unavailable };
}

const MAX_HISTOGRAMS = 200;

export function detailsOf(facts: Facts): DriftDetails {
  const { stage, predictions, target, features, over, course } = facts;
  const compared = [predictions, target, features];
  const histograms = compared.flatMap((each) => each?.histograms ?? []);
  const columns = compared.flatMap((each) => each?.courses ?? []);
  const followed = columns.length > 0 || (course !== null && course.realised.length > 0);
  return {
    schema: 'mlops.drift.details/1',
    stage,
    histograms: histograms.slice(0, MAX_HISTOGRAMS),
    left_out: Math.max(0, histograms.length - MAX_HISTOGRAMS),
    chunks: followed ? over.map(({ side, label, rows }) => ({ side, label, rows: rows.length })) : [],
    realised: course?.realised ?? [],
    estimates: course?.estimates ?? [],
    columns,
    errors: facts.together.histograms,
  };
}
