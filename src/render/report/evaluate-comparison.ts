// This model beside another on the same rows, and beside itself on other rows: differences with what chance would make of them.
import { metricFor } from '../../ml/metrics/table.ts';
import { formatCount } from '../../util/units.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { leadingFirst } from './leading-metrics.ts';
import { badge, foldedTable, metricName, pValue, score, signed } from './parts.ts';
import type { Difference, EvaluateReport, MetricDifferences, MetricValues } from './types.ts';

/** Whether the model got better than that of `baseline: {model}`. */
export function baselinePart(report: EvaluateReport): Child {
  const { baseline_model: baseline } = report;
  if (!baseline) return undefined;
  const rows = formatCount(report.inputs.data.used);
  return [
    h(
      'p',
      { class: 'soft' },
      'The baseline ',
      h('code', {}, baseline.model.path),
      ` answered the same ${rows} rows. A difference is this model minus the baseline; its bar is where ${bar(report)}. A bar that touches the dotted mark, no difference, may be chance.`,
    ),
    differencesTable(report, ['this model', 'baseline'], baseline.metrics, baseline.differences),
    testsInWords(report),
  ];
}

/** Whether the model is better on the rows it learned from. */
export function comparePart(report: EvaluateReport): Child {
  const { compare } = report;
  if (!compare) return undefined;
  const fit = (report.findings ?? []).filter(
    ({ check }) => check === 'overfitting' || check === 'underfitting',
  );
  return [
    h(
      'p',
      { class: 'soft' },
      'The same model on ',
      h('code', {}, compare.data.path),
      `, ${formatCount(compare.data.used)} rows. If it learned from them, being much better there means that it learned them by heart (overfitting), and being poor on both that it learned little (underfitting).`,
    ),
    fit.map(({ message }) => h('p', {}, badge('warn'), ' ', message)),
    differencesTable(report, ['judged data', 'compared data'], compare.metrics, compare.gaps ?? {}),
  ];
}

function bar({ intervals_method: { level } }: EvaluateReport): string {
  return `the difference would lie for ${Math.round(level * 1000) / 10} of 100 other sets of rows of this kind`;
}

const OPEN = 5;

function differencesTable(
  report: EvaluateReport,
  [here, there]: readonly [string, string],
  others: MetricValues,
  differences: MetricDifferences,
): Child {
  return foldedTable(
    [
      { title: 'metric', class: 'name' },
      { title: here, class: 'num' },
      { title: there, class: 'num' },
      { title: 'difference', class: 'num' },
      { title: 'around no difference', class: 'picture' },
      { title: 'interval', class: 'num' },
      { title: `${here} is` },
    ],
    leadingFirst(Object.keys(differences))
      .map((metric) => [metric, differences[metric]!] as const)
      .map(([metric, difference]) => [
        metricName(metric),
        score(report.metrics[metric]),
        score(others[metric]),
        signed(difference.value),
        differenceStrip(metricName(metric), difference),
        difference.interval ? difference.interval.map(signed).join(' … ') : '–',
        verdict(metric, difference),
      ]),
    OPEN,
    'metrics',
  );
}

/** Zero in the middle, whatever the unit of the metric. */
function differenceStrip(name: string, { value, interval }: Difference): Markup {
  const reach = Math.max(Math.abs(value), ...(interval ?? []).map(Math.abs)) || 1;
  const ends = interval ? { low: interval[0], high: interval[1] } : {};
  const words = interval ? `, ${interval.map(signed).join(' to ')}` : '';
  return intervalStrip({ value, ...ends }, [-reach, reach], 0, `${name}: ${signed(value)}${words}`);
}

/** In words, so that nobody has to know which way a metric is better. */
export function verdict(metric: string, { interval }: Difference): Markup | undefined {
  if (!interval) return undefined;
  const [low, high] = interval;
  if (low <= 0 && high >= 0) return badge('skipped', 'may be chance');
  // Of a metric that is best at 0 the sizes are compared: smaller is better, as of a loss.
  const better = metricFor(metric)?.better === 'max' ? low > 0 : high < 0;
  return better ? badge('pass', '▲ better') : badge('fail', '▼ worse');
}

function testsInWords({ baseline_model: baseline }: EvaluateReport): Child {
  const { mcnemar, delong } = baseline!.tests;
  return [
    mcnemar === null
      ? undefined
      : h(
          'p',
          { class: 'soft' },
          `Only this model is right on ${formatCount(mcnemar.only_this)} rows, only the baseline on ${formatCount(mcnemar.only_baseline)}. Were they equally good, so uneven a split would have probability ${pValue(mcnemar.p)} (McNemar).`,
        ),
    delong === null
      ? undefined
      : h(
          'p',
          { class: 'soft' },
          `Were their areas under the ROC curve equal, so large a difference would have probability ${pValue(delong.p)} (DeLong).`,
        ),
  ];
}
