// The page of an evaluation: how good, against what, where it is weak, and what exactly was measured.
import { byCodeUnit } from '../../util/compare.ts';
import { formatCount } from '../../util/units.ts';
import { confusionTable } from '../chart/confusion.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from './document.ts';
import { evaluateCharts } from './evaluate-charts.ts';
import { gateBadge, gatesTable } from './gates.ts';
import {
  badge,
  dataTable,
  facts,
  findingsTable,
  inputFacts,
  type MetricCard,
  metricCards,
  metricName,
  score,
  signed,
  sliceName,
  unavailableTable,
} from './parts.ts';
import type { EvaluateDetails, EvaluateReport, GatesResult, SliceRecord } from './types.ts';

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
      section('Where it is right and wrong', confusionAndClasses(report)),
      section('Curves', details ? evaluateCharts(report, details) : undefined),
      section('Slices', slices(report)),
      section('Findings', findingsTable(report.findings)),
      section('Not computed', unavailableTable(report.unavailable)),
      section('What was measured', mapping(report)),
    ],
  });
}

function header(report: EvaluateReport, gates: GatesResult | undefined): Child {
  const rows = report.inputs.data.used;
  const sentence = [
    `Predicts ${report.mapping.target}`,
    report.mapping.positive === null ? '' : ` (positive: ${report.mapping.positive})`,
    `, judged on ${formatCount(rows)} rows`,
    '.',
  ].join('');
  return [
    h('p', { class: 'eyebrow' }, `Evaluation · ${TASKS[report.task] ?? report.task}`),
    h('h1', {}, report.stage, ' ', gateBadge(gates)),
    h('p', { class: 'lead' }, sentence),
  ];
}

/** The first of these that a report has lead; the others follow by name. */
const LEADING = [
  'accuracy',
  'f1',
  'f1_macro',
  'precision',
  'recall',
  'roc_auc',
  'roc_auc_ovr',
  'average_precision',
].concat(['root_mean_squared_error', 'mean_absolute_error', 'r2']);

/** Every metric with its interval, and what it was at the baseline of the gates. */
function metrics(report: EvaluateReport, gates: GatesResult | undefined): Markup | undefined {
  const rank = (name: string): number => (LEADING.includes(name) ? LEADING.indexOf(name) : LEADING.length);
  const names = Object.keys(report.metrics).sort((a, b) => rank(a) - rank(b) || byCodeUnit(a, b));
  return metricCards(names.map((name) => metricCard(name, report, gates)));
}

function metricCard(name: string, report: EvaluateReport, gates: GatesResult | undefined): MetricCard {
  const value = report.metrics[name] ?? null;
  const interval = report.intervals[name];
  const rules = gates?.results.filter(({ metric, slice }) => metric === name && !slice) ?? [];
  const was = rules.find(({ baseline }) => typeof baseline === 'number')?.baseline;
  const compared = report.compare?.metrics[name];
  const notes: Child[] = [];
  if (interval) notes.push(`95 %: ${score(interval[0])} … ${score(interval[1])}`);
  if (typeof was === 'number' && value !== null) notes.push(`was ${score(was)} (${signed(value - was)})`);
  if (typeof compared === 'number') notes.push(`compared data: ${score(compared)}`);
  if (rules.some(({ passed }) => !passed)) notes.push(h('b', { class: 'bad' }, '✖ gate broken'));
  return { name: metricName(name), value: score(value), notes };
}

/** Above this many classes the matrix is unreadable; the most frequent confusions are listed instead. */
const MAX_MATRIX = 16;

function confusionAndClasses(report: EvaluateReport): Child {
  const { confusion } = report;
  const matrix = !confusion
    ? undefined
    : confusion.labels.length <= MAX_MATRIX
      ? h(
          'div',
          { class: 'scroll' },
          confusionTable(confusion.labels.map(String), confusion.true_by_predicted),
        )
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
    h('div', { class: 'pair' }, matrix, classes),
  ];
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

/** Worst first; each slice as a dot on the scale of all, the dotted mark is the whole. */
function slices(report: EvaluateReport): Child {
  const all = report.slices ?? [];
  const metric = sliceMetric(all, report);
  if (!metric) return undefined;
  const measured = all.filter((slice) => typeof slice.metrics[metric] === 'number');
  const values = measured.map((slice) => slice.metrics[metric]!);
  const whole = report.metrics[metric] ?? undefined;
  const domain = [Math.min(...values, whole ?? Infinity), Math.max(...values, whole ?? -Infinity)] as const;
  const worse = report.task === 'regression' && metric !== 'r2' ? -1 : 1;
  const rows = [...measured]
    .sort((a, b) => worse * (a.metrics[metric]! - b.metrics[metric]!))
    .map((slice) => sliceRow(slice, metric, domain, whole));
  const skipped =
    all.length -
    measured.length +
    report.slices_left_out.beyond_max +
    report.slices_left_out.too_small_to_name;
  return [
    h(
      'p',
      { class: 'soft' },
      `${metricName(metric)} of parts of the data, weakest first; the dotted mark is the whole (${score(whole)}).`,
      skipped > 0 ? ` ${formatCount(skipped)} left out: too few rows, or too many slices.` : '',
    ),
    dataTable(
      [
        { title: 'slice', class: 'name' },
        { title: metricName(metric), class: 'num' },
        { title: '', class: 'picture' },
        { title: 'rows', class: 'num' },
        { title: '' },
      ],
      rows,
    ),
  ];
}

function sliceRow(
  slice: SliceRecord,
  metric: string,
  domain: readonly [number, number],
  whole: number | undefined,
): Child[] {
  const value = slice.metrics[metric]!;
  const name = sliceName(slice.by);
  return [
    name,
    score(value),
    intervalStrip({ value }, domain, whole, `${name}: ${metric} ${score(value)}`),
    formatCount(slice.rows),
    slice.status === 'pass' ? '' : badge(slice.status),
  ];
}

function sliceMetric(all: readonly SliceRecord[], report: EvaluateReport): string | undefined {
  const measured = all.find((slice) => Object.values(slice.metrics).some((value) => value !== null))?.metrics;
  if (!measured) return undefined;
  const first = ['accuracy', 'root_mean_squared_error', 'mean_absolute_error'].find(
    (name) => name in measured,
  );
  return first ?? Object.keys(measured).find((name) => name in report.metrics) ?? Object.keys(measured)[0];
}

function mapping(report: EvaluateReport): Child {
  const { mapping: map } = report;
  const inputs = (map.inputs ?? []).map((input): [string, Child] => [
    `input ${input.name}`,
    [
      h('code', {}, input.columns.join(', ')),
      input.from ? h('small', {}, ` (names from ${input.from}${input.dtype ? `, ${input.dtype}` : ''})`) : '',
    ],
  ]);
  return [
    inputFacts(report.inputs),
    facts([
      ['target', h('code', {}, map.target)],
      ['weight', map.weight ? h('code', {}, map.weight) : undefined],
      ...inputs,
      ['labels', map.labels ? `${map.labels.join(', ')}${from(map.labels_from)}` : undefined],
      ['positive', map.positive === null ? undefined : `${map.positive}${from(map.positive_from)}`],
      [
        'decision',
        report.task === 'regression'
          ? undefined
          : typeof map.threshold === 'number'
            ? `score at least ${map.threshold}`
            : 'the label with the highest score',
      ],
      ['value', map.value ? `${map.value.output}, column ${map.value.column}` : undefined],
      ['intervals', intervalsInWords(report)],
      ['scores', map.scores?.output ? `${map.scores.output}${from(map.scores.kind, '')}` : undefined],
      [
        'label output',
        typeof map.label_output_agreement === 'number'
          ? `agrees on ${score(map.label_output_agreement * 100)} % of rows`
          : undefined,
      ],
    ]),
  ];
}

function intervalsInWords({ intervals_method: method }: EvaluateReport): string {
  if (method.method === 'none') return `none${method.without ? `: ${method.without}` : ''}`;
  const how = `${method.level * 100} % from ${formatCount(method.replicates)} bootstrap replicates, seed ${method.seed}`;
  return method.without ? `${how}; ${method.without}` : how;
}

function from(source: string | null | undefined, word = 'from '): string {
  return source ? ` (${word}${source})` : '';
}
