// Groups beside each other: how often each is called positive, and how often rightly.
import { formatCount } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { dataTable, metricName, score } from './parts.ts';
import type { FairnessReport } from './types.ts';

type By = FairnessReport['by'][number];

const MEANINGS: { readonly [metric: string]: string } = {
  demographic_parity_difference:
    'between the groups most and least often called positive; 0 is the same for all',
  demographic_parity_ratio: 'least by most; 1 is the same for all, under 0.8 often counts as a warning',
  equal_opportunity_difference: 'of those who are positive, how differently often they are found',
  equal_opportunity_ratio: 'least by most; 1 is the same for all',
  equalized_odds_difference: 'the larger of the differences in true and in false positive rate',
  equalized_odds_ratio: 'the smaller of their ratios; 1 is the same for all',
  mean_error_difference: 'how much more is predicted too high for one group than for another',
  mean_absolute_error_difference: 'how much further off the predictions are for one group than for another',
};

export function fairnessPart(fairness: FairnessReport | null | undefined): Child {
  if (!fairness) return undefined;
  return [
    h(
      'p',
      { class: 'soft' },
      'These numbers say how differently groups are treated, not whether that is right: where groups truly differ (the column “are positive”), not all of them can be equal at once.',
    ),
    fairness.by.map((by) => h('div', { class: 'group' }, byPart(by))),
  ];
}

function byPart(by: By): Child {
  const { column, groups, skipped } = by;
  return [
    h('h3', {}, `By ${column}`),
    groupTable(by),
    dataTable(
      [
        { title: 'between the groups', class: 'name' },
        { title: '', class: 'num' },
        { title: '95 %', class: 'num' },
        { title: 'what it is' },
      ],
      groups.length < 2
        ? []
        : Object.entries(by.metrics).map(([name, value]) => [
            metricName(name),
            score(value),
            range(by.intervals[name]),
            MEANINGS[name] ?? '',
          ]),
    ),
    skipped > 0
      ? h('p', { class: 'soft' }, `${formatCount(skipped)} left out: too few rows to compare.`)
      : undefined,
  ];
}

/** The first column has its picture: what people look at first. */
function groupTable(by: By): Markup | undefined {
  const first = by.groups[0];
  if (!first) return undefined;
  const names = Object.keys(first.metrics);
  const [leading, ...others] = names.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const ends = by.groups.flatMap(({ metrics, intervals }) => [
    ...(metrics[leading!] === null ? [] : [metrics[leading!]!]),
    ...(intervals[leading!] ?? []),
  ]);
  const classes = leading === 'selection_rate';
  const domain = classes
    ? ([0, Math.max(...ends, 0.01)] as const)
    : ([Math.min(...ends, 0), Math.max(...ends, 0)] as const);
  const shown = (value: number | null | undefined): string =>
    classes ? (value === null || value === undefined ? '–' : percent(value)) : score(value);
  return dataTable(
    [
      { title: by.column, class: 'name' },
      { title: TITLES[leading!] ?? metricName(leading!), class: 'num' },
      { title: '', class: 'picture' },
      ...others.map((name) => ({ title: TITLES[name] ?? metricName(name), class: 'num' as const })),
      { title: 'rows', class: 'num' },
    ],
    by.groups.map(({ value, rows, metrics, intervals }) => {
      const measured = metrics[leading!];
      const interval = intervals[leading!];
      return [
        String(value ?? 'no value'),
        shown(measured),
        typeof measured === 'number'
          ? intervalStrip(
              { value: measured, ...(interval ? { low: interval[0], high: interval[1] } : {}) },
              domain,
              classes ? undefined : 0,
              `${String(value)}: ${metricName(leading!)} ${shown(measured)}`,
            )
          : '',
        ...others.map((name) => shown(metrics[name])),
        formatCount(rows),
      ];
    }),
  );
}

const ORDER = [
  'selection_rate',
  'true_positive_rate',
  'false_positive_rate',
  'precision',
  'base_rate',
  'mean_error',
  'mean_absolute_error',
];
const TITLES: { readonly [metric: string]: string } = {
  selection_rate: 'called positive',
  true_positive_rate: 'of positives, found',
  false_positive_rate: 'of others, flagged',
  precision: 'of flagged, right',
  base_rate: 'are positive',
};

function range(interval: readonly [number, number] | null | undefined): string {
  return interval ? `${score(interval[0])} … ${score(interval[1])}` : '–';
}
