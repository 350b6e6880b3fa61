// What is taken along of a report, by its kind; of an unknown one what its findings say. Older reports may lack keys.
import type { Finding } from '../../core/finding.ts';
import type { JsonObject } from '../../core/json.ts';
import { worstFirst } from '../../ml/findings-report.ts';
import { type Estimated, surelyDiffers } from '../../ml/metrics/differs.ts';
import { metricFor } from '../../ml/metrics/table.ts';
import { headline } from '../report/drift-headline.ts';
import { metricName, score, sliceName } from '../report/parts.ts';
import type {
  Advice,
  DriftReport,
  EvaluateReport,
  ExplainReport,
  SliceRecord,
  ValidateReport,
} from '../report/types.ts';
import { sliceMetric, weakestFirst } from '../report/weakest-slice.ts';
import type { ReportSaid, WorseSlice } from './types.ts';

/** The same report as it was, and where: `main`. */
export interface Earlier {
  readonly report: JsonObject | undefined;
  readonly name: string;
}

/** `lines` are what the action itself said. @throws TypeError for a report that lacks what its schema promises */
export function saidOf(report: JsonObject, lines: readonly string[], earlier?: Earlier): ReportSaid {
  return {
    advice: report['schema'] === 'mlops.drift/1' ? adviceOf(report as unknown as DriftReport) : null,
    points: pointsOf(report, lines),
    worse:
      report['schema'] === 'mlops.evaluate/1'
        ? worseSlices(report as unknown as EvaluateReport, earlier)
        : [],
  };
}

function pointsOf(report: JsonObject, lines: readonly string[]): readonly string[] {
  switch (report['schema']) {
    case 'mlops.evaluate/1':
      return ofEvaluation(report as unknown as EvaluateReport);
    case 'mlops.drift/1':
      return headline(report as unknown as DriftReport);
    case 'mlops.explain/1':
      return ofExplanation(report as unknown as ExplainReport);
    case 'mlops.validate/1':
      return said((report as unknown as ValidateReport).findings, 4);
    default: {
      const findings = said((report['findings'] ?? []) as unknown as readonly Finding[], 4);
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
  return [...weak, ...said(report.findings ?? [], 2)];
}

/** Parts of the data that are worse than at the baseline model, or than in the same report as it was. */
function worseSlices(report: EvaluateReport, earlier: Earlier | undefined): readonly WorseSlice[] {
  const metric = sliceMetric(report);
  if (metric === undefined) return [];
  const before = earlier && slicesOf(earlier.report);
  return weakestFirst(report.slices, metric).flatMap((slice): WorseSlice[] => {
    const name = sliceName(slice.by);
    const now = slice.metrics[metric]!;
    const about = { slice: name, metric, now };
    const paired = slice.baseline?.differences[metric];
    if (paired?.interval && isWorse(metric, paired.value) && !holdsZero(paired.interval))
      return [{ ...about, change: paired.value, than: 'the baseline model' }];
    const was = estimateOf(
      before?.find(({ by }) => sliceName(by) === name),
      metric,
    );
    const is = estimateOf(slice, metric);
    return was && is && surelyDiffers(was, is) && isWorse(metric, is.value - was.value)
      ? [{ ...about, change: is.value - was.value, than: earlier!.name }]
      : [];
  });
}

function slicesOf(report: JsonObject | undefined): readonly SliceRecord[] {
  const { slices } = (report ?? {}) as Partial<EvaluateReport>;
  return report?.['schema'] === 'mlops.evaluate/1' && Array.isArray(slices) ? slices : [];
}

function estimateOf(slice: SliceRecord | undefined, metric: string): Estimated | undefined {
  const value = slice?.metrics[metric];
  const interval = slice?.intervals?.[metric];
  return typeof value === 'number' && interval ? { value, interval } : undefined;
}

function isWorse(metric: string, change: number): boolean {
  return metricFor(metric)?.better === 'max' ? change < 0 : change > 0;
}

function holdsZero([low, high]: readonly [number, number]): boolean {
  return low <= 0 && high >= 0;
}

function adviceOf({ advice }: DriftReport): ReportSaid['advice'] {
  return {
    decision: advice.decision,
    odds: oddsOf(advice.probability),
    reasons: advice.for.slice(0, 3).map(({ subject, text }) => `${subject}: ${text}`),
  };
}

/** `Probability that accuracy is more than 0.02 below the reference: 0.38.` */
function oddsOf({ value, event, reason }: Advice['probability']): string {
  if (typeof value === 'number') return `Probability that ${event}: ${value.toFixed(2)}.`;
  return reason ? `No probability: ${reason}.` : '';
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
