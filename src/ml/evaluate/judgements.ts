// What an evaluation says beyond its metrics: calibration, which threshold, where it is weak, how groups fare.
import type { Finding } from '../../core/finding.ts';
import { columnsOf, parseWhere } from '../frame/where.ts';
import { calibrationReport } from './calibration.ts';
import { decideReport } from './decide.ts';
import { extraColumns } from './extra-columns.ts';
import { fairnessOfGroups } from './fairness.ts';
import type { Loaded } from './load.ts';
import type { Measurable } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { DecideReport, EvaluateReport, Label, Mapping, WeakSegmentsReport } from './report.ts';
import { weakSegments } from './weak-segments.ts';

export interface Judgements {
  readonly parts: Pick<EvaluateReport, 'calibration' | 'decide' | 'weak_segments' | 'fairness'>;
  /** Join the metrics of the report, so that gates judge them. */
  readonly metrics: EvaluateReport['metrics'];
  readonly intervals: EvaluateReport['intervals'];
  readonly unavailable: EvaluateReport['unavailable'];
  readonly findings: readonly Finding[];
}

export function judgementsOf(
  { data, mapped }: Loaded,
  all: Measurable,
  mapping: Mapping,
  options: EvaluateOptions,
): Judgements {
  const labels: readonly Label[] = mapping.labels ?? [];
  const searched = [...mapped.flatMap(({ columns }) => columns), ...extraColumns(options)];
  const decide = decideReport(all, mapping, options);
  const segments = weakSegments(data.frame, all, searched, options);
  const fairness = fairnessOfGroups(data.frame, all, options);
  return {
    parts: {
      calibration: calibrationReport(all, labels, options.calibration),
      decide,
      weak_segments: segments,
      fairness: fairness?.report ?? null,
    },
    metrics: fairness?.metrics ?? {},
    intervals: fairness?.intervals ?? {},
    unavailable: fairness?.unavailable ?? {},
    findings: [
      ...(decide ? [thresholdFinding(decide)] : []),
      ...weakFindings(segments),
      ...(fairness?.findings ?? []),
    ],
  };
}

const short = (value: number | null): string =>
  value === null ? 'none' : String(Number(value.toPrecision(3)));

function thresholdFinding({ chosen, confirmed, measure, reason, rule }: DecideReport): Finding {
  const name = measure.replaceAll('_', ' ');
  const found = { check: 'threshold', subject: 'decide', status: 'warn' as const, limit: null };
  if (chosen === null)
    return { ...found, message: `no threshold to advise (${rule}): ${reason}`, value: null };
  const what =
    chosen.threshold === null
      ? 'flagging no row is best by this rule'
      : `threshold ${chosen.threshold} is best by this rule`;
  const expected = confirmed
    ? `chosen on half of them and measured on the other half it is ${short(confirmed.value)}`
    : 'too few rows to say what others give';
  return {
    ...found,
    message: `${what} (${rule}): ${name} ${short(chosen.value)} on the rows that chose it, which flatters; ${expected}`,
    value: chosen.threshold,
  };
}

function weakFindings(segments: WeakSegmentsReport | null): Finding[] {
  return (segments?.segments ?? [])
    .filter(({ weak }) => weak)
    .map(({ where, rows, held_out }) => ({
      check: 'weak_segment',
      subject: columnsOf(parseWhere(where)).join(', '),
      status: 'warn' as const,
      message: `${where}: ${segments!.measure.replaceAll('_', ' ')} ${short(held_out.value)} on ${held_out.rows} held-out rows, ${short(segments!.overall)} on all of them (${rows} such rows in the data)`,
      value: held_out.value,
      limit: segments!.overall,
    }));
}
