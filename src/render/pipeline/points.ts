// What a card says of a report, by its kind; an unknown one says what its findings say. Older reports may lack keys.
import type { Finding } from '../../core/finding.ts';
import { worstFirst } from '../../ml/findings-report.ts';
import { metricFor } from '../../ml/metrics/table.ts';
import { headline } from '../report/drift-headline.ts';
import { metricName, score, signed, sliceName } from '../report/parts.ts';
import type { DriftReport, EvaluateReport, ExplainReport, ValidateReport } from '../report/types.ts';
import { sliceMetric, weakestFirst } from '../report/weakest-slice.ts';
import type { StageView } from './types.ts';

export function pointsOf({ report, lines }: Pick<StageView, 'report' | 'lines'>): readonly string[] {
  switch (report?.['schema']) {
    case 'mlops.evaluate/1':
      return ofEvaluation(report as unknown as EvaluateReport);
    case 'mlops.drift/1':
      return ofDrift(report as unknown as DriftReport);
    case 'mlops.explain/1':
      return ofExplanation(report as unknown as ExplainReport);
    case 'mlops.validate/1':
      return said((report as unknown as ValidateReport).findings, 4);
    default: {
      const findings = said((report?.['findings'] ?? []) as unknown as readonly Finding[], 4);
      return findings.length > 0 ? findings : lines.map((line) => line.trim().replace(/\s{2,}/g, ' '));
    }
  }
}

function ofEvaluation(report: EvaluateReport): readonly string[] {
  const metric = sliceMetric(report);
  if (metric === undefined) return said(report.findings ?? [], 3);
  const weak = weakestFirst(report.slices, metric)
    .slice(0, 2)
    .map(
      ({ by, metrics }) => `weakest slice ${sliceName(by)}: ${metricName(metric)} ${score(metrics[metric])}`,
    );
  return [...gotWorse(report, metric), ...weak, ...said(report.findings ?? [], 2)];
}

/** Slices in which this model is worse than the baseline model beyond chance, though the whole may be better. */
function gotWorse({ slices }: EvaluateReport, metric: string): readonly string[] {
  return weakestFirst(slices, metric).flatMap(({ by, baseline }) => {
    const difference = baseline?.differences[metric];
    if (!difference?.interval) return [];
    const [low, high] = difference.interval;
    const worse = metricFor(metric)?.better === 'max' ? high < 0 : low > 0;
    return worse
      ? [
          `got worse where ${sliceName(by)}: ${metricName(metric)} ${signed(difference.value)} beside the baseline model`,
        ]
      : [];
  });
}

function ofDrift(report: DriftReport): readonly string[] {
  const reasons = report.advice.for.slice(0, 2).map(({ subject, text }) => `${subject}: ${text}`);
  return [...headline(report), ...reasons];
}

function ofExplanation(report: ExplainReport): readonly string[] {
  const relied = (report.importance?.columns ?? [])
    .filter(({ mean, interval }) => mean > 0 && (interval === null || interval[0] > 0))
    .slice(0, 3)
    .map(
      ({ name, mean }) =>
        `without ${name} it would lose ${score(mean)} of ${metricName(report.importance!.metric)}`,
    );
  return [...relied, ...said(report.findings, 2)];
}

function said(findings: readonly Finding[], most: number): readonly string[] {
  return worstFirst(findings)
    .filter(({ status }) => status !== 'pass' && status !== 'skipped')
    .slice(0, most)
    .map(({ subject, message }) => (subject === '' ? message : `${subject}: ${message}`));
}
