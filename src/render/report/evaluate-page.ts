// The page of an evaluation: how good, against what, where it is weak, and what exactly was measured.
import { formatCount } from '../../util/units.ts';
import { confusionTable, MANY_CLASSES } from '../chart/confusion.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from './document.ts';
import { evaluateCharts } from './evaluate-charts.ts';
import { baselinePart, comparePart } from './evaluate-comparison.ts';
import { fairnessPart } from './evaluate-fairness.ts';
import { evaluateHeadline } from './evaluate-headline.ts';
import { mappingPart } from './evaluate-mapping.ts';
import { quantilesPart } from './evaluate-quantiles.ts';
import { slicesPart } from './evaluate-slices.ts';
import { thresholdPart } from './evaluate-threshold.ts';
import { weakPart } from './evaluate-weak.ts';
import { gateBadge, gatesTable } from './gates.ts';
import { leadingFirst } from './leading-metrics.ts';
import {
  dataTable,
  findingsTable,
  type MetricCard,
  metricCards,
  metricName,
  score,
  signed,
  unavailableTable,
  wide,
} from './parts.ts';
import type { EvaluateDetails, EvaluateReport, GatesResult } from './types.ts';

const TASKS: { readonly [task: string]: string } = {
  binary: 'binary classification',
  multiclass: 'classification',
  regression: 'regression',
};

/** Self-contained HTML; equal reports make equal bytes. */
export function renderEvaluatePage(
  report: EvaluateReport,
  details: EvaluateDetails | undefined,
  gates?: GatesResult,
): string {
  return renderPage({
    title: `${report.stage} · evaluation`,
    header: header(report, gates),
    sections: [
      section('Metrics', metrics(report, gates)),
      section('Gates', gatesTable(gates)),
      section('Findings', findingsTable(report.findings)),
      section('Beside the baseline model', baselinePart(report)),
      section('Beside other data', comparePart(report)),
      section('Where it is right and wrong', confusionAndClasses(report)),
      section('Quantiles', quantilesPart(report)),
      section('Curves', details ? evaluateCharts(report, details) : undefined),
      section('Which threshold', thresholdPart(report.decide)),
      section('Weak parts', weakPart(report.weak_segments)),
      section('Slices', slicesPart(report)),
      section('Groups', fairnessPart(report.fairness)),
      section('Not computed', unavailableTable(report.unavailable)),
      section('What was measured', mappingPart(report)),
    ],
  });
}

function header(report: EvaluateReport, gates: GatesResult | undefined): Child {
  return [
    h('p', { class: 'eyebrow' }, `Evaluation · ${TASKS[report.task] ?? report.task}`),
    h('h1', {}, report.stage, ' ', gateBadge(gates)),
    evaluateHeadline(report, gates).map((sentence) => h('p', { class: 'lead' }, sentence)),
  ];
}

/** Every metric with its interval, and what it was at the baseline of the gates. */
function metrics(report: EvaluateReport, gates: GatesResult | undefined): Markup | undefined {
  // Those between groups stand with their groups.
  const own = Object.keys(report.metrics).filter(
    (name) => !report.fairness?.by.some((by) => name in by.metrics),
  );
  return metricCards(leadingFirst(own).map((name) => metricCard(name, report, gates)));
}

function metricCard(name: string, report: EvaluateReport, gates: GatesResult | undefined): MetricCard {
  const value = report.metrics[name] ?? null;
  const interval = report.intervals[name];
  const rules = gates?.results.filter(({ metric, slice }) => metric === name && !slice) ?? [];
  const was = rules.find(({ baseline }) => typeof baseline === 'number')?.baseline;
  const notes: Child[] = [];
  if (interval && value !== null) {
    const [low, high] = interval;
    const level = `${Math.round(report.intervals_method.level * 1000) / 10} %`;
    notes.push(`± ${score((high - low) / 2)}`);
    const words = `${metricName(name)} ${score(value)}, ${level}: ${score(low)} to ${score(high)}`;
    notes.push(intervalStrip({ value, low, high }, scaleOf(interval), undefined, words));
    notes.push(`${level}: ${score(low)} … ${score(high)}`);
  }
  if (typeof was === 'number' && value !== null) notes.push(`was ${score(was)} (${signed(value - was)})`);
  if (rules.some(({ passed }) => !passed)) notes.push(h('b', { class: 'bad' }, '✖ gate broken'));
  return { name: metricName(name), value: score(value), notes };
}

/** From 0 to 1 where metrics live there, so that one card can be held against another; else from 0 to beyond the interval. */
function scaleOf([low, high]: readonly [number, number]): readonly [number, number] {
  if (low >= 0 && high <= 1) return [0, 1];
  return [Math.min(0, low * 1.25), Math.max(0, high * 1.25)];
}

/** Above this many classes the matrix is unreadable; the most frequent confusions are listed instead. */
const MAX_MATRIX = 16;

function confusionAndClasses(report: EvaluateReport): Child {
  const { confusion } = report;
  const matrix = !confusion
    ? undefined
    : confusion.labels.length <= MAX_MATRIX
      ? wide('Confusion matrix', confusionTable(confusion.labels.map(String), confusion.true_by_predicted))
      : topConfusions(confusion.labels.map(String), confusion.true_by_predicted);
  const classes = dataTable(
    [
      { title: 'class', class: 'name' },
      { title: 'rows', class: 'num' },
      { title: 'precision', class: 'num' },
      { title: 'recall', class: 'num' },
      { title: 'F1', class: 'num' },
    ],
    (report.classes ?? []).map((each) => [
      String(each.label),
      formatCount(each.support),
      score(each.precision),
      score(each.recall),
      score(each.f1),
    ]),
  );
  if (!matrix && !classes) return undefined;
  const words =
    'Rows are the true class, columns the predicted one; below each count its share of the true class.';
  return [
    matrix ? h('p', { class: 'soft' }, words) : undefined,
    h('div', { class: isWide(report) ? 'whole' : 'pair' }, matrix, classes),
  ];
}

/** A matrix of many classes takes the width of the page. */
function isWide({ confusion }: EvaluateReport): boolean {
  const classes = confusion?.labels.length ?? 0;
  return classes >= MANY_CLASSES && classes <= MAX_MATRIX;
}

function topConfusions(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
): Markup | undefined {
  const pairs = counts.flatMap((row, at) =>
    row.map((count, to) => ({ truth: labels[at]!, taken: labels[to]!, count, wrong: at !== to })),
  );
  const top = pairs.filter(({ wrong, count }) => wrong && count > 0).sort((a, b) => b.count - a.count);
  return dataTable(
    [
      { title: 'true class', class: 'name' },
      { title: 'taken for', class: 'name' },
      { title: 'rows', class: 'num' },
    ],
    top.slice(0, 20).map(({ truth, taken, count }) => [truth, taken, formatCount(count)]),
  );
}
