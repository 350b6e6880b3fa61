// The numbers of an evaluation as tables: metrics, those that could not be computed with the reason, slices, and what differs
// from the baseline model and from the rows that the model learned from.
import type { EvaluateReport, MetricDifferences, MetricValues } from '../../ml/evaluate/report.ts';
import { sliceName } from '../report/parts.ts';
import { formatScore } from '../run/headline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export function renderEvaluation(report: EvaluateReport, style: Style): string {
  const { baseline_model: rival, compare, slices } = report;
  const learned = { title: compare?.data.path ?? '', metrics: compare?.metrics ?? {} };
  return [
    renderMetrics(report, style),
    ...(slices.length > 0 ? [renderSlices(report, style)] : []),
    ...(rival ? [renderDifferences(report, { title: rival.model.path, ...rival }, style)] : []),
    ...(compare?.gaps ? [renderDifferences(report, { ...learned, differences: compare.gaps }, style)] : []),
  ].join('\n');
}

interface Beside {
  /** What the other numbers are of: a model, a data set. */
  readonly title: string;
  readonly metrics: MetricValues;
  readonly differences: MetricDifferences;
}

function renderDifferences(
  { metrics, intervals_method }: EvaluateReport,
  { title, metrics: others, differences }: Beside,
  style: Style,
): string {
  const { minus, ellipsis } = style.symbols;
  const shown = (value: number | null | undefined): string =>
    typeof value === 'number' ? formatScore(value, style.symbols) : minus;
  const right = 'right' as const;
  return renderTable(
    [
      { title: 'metric' },
      { title: 'value', align: right },
      { title: `of ${title}`, align: right },
      { title: 'difference', align: right },
      { title: `${Math.round(intervals_method.level * 100)} %` },
    ],
    Object.entries(differences).map(([name, { value, interval }]) => [
      name,
      shown(metrics[name]),
      shown(others[name]),
      shown(value),
      interval ? `${shown(interval[0])} ${ellipsis} ${shown(interval[1])}` : '',
    ]),
    style,
  );
}

function renderMetrics(report: EvaluateReport, style: Style): string {
  const { minus, ellipsis } = style.symbols;
  const shown = (score: number): string => formatScore(score, style.symbols);
  const rows = Object.entries(report.metrics).map(([name, value]) => {
    const interval = report.intervals[name];
    return [
      name,
      value === null ? minus : shown(value),
      interval ? `${shown(interval[0])} ${ellipsis} ${shown(interval[1])}` : '',
      report.unavailable[name] ?? '',
    ];
  });
  const level = `${Math.round(report.intervals_method.level * 100)} %`;
  return renderTable(
    [{ title: 'metric' }, { title: 'value', align: 'right' }, { title: level }, { title: '' }],
    rows,
    style,
  );
}

/** As many metrics as fit beside the name of a slice. */
const MAX_METRICS = 4;

function renderSlices({ slices }: EvaluateReport, style: Style): string {
  const names = Object.keys(slices.find(({ status }) => status === 'pass')?.metrics ?? {}).slice(
    0,
    MAX_METRICS,
  );
  const scores = (metrics: MetricValues): string[] =>
    names.map((name) => {
      const value = metrics[name];
      return typeof value === 'number' ? formatScore(value, style.symbols) : style.symbols.minus;
    });
  const right = 'right' as const;
  return renderTable(
    [{ title: 'slice' }, { title: 'rows', align: right }, ...names.map((title) => ({ title, align: right }))],
    slices.map(({ by, rows, status, metrics }) => [
      sliceName(by),
      String(rows),
      ...(status === 'pass' ? scores(metrics) : ['too few rows']),
    ]),
    style,
  );
}
