// How well the model does: with labels, estimated without, and chunk by chunk against what is usual.
import { type CoursePoint, courseChart, courseKey } from '../chart/course.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { badge, dataTable, metricCards, metricName, score, signed } from './parts.ts';
import type { DriftDetails, DriftReport, Estimate, EstimateSummary } from './types.ts';

export function performance(report: DriftReport, details: DriftDetails | undefined): Markup | undefined {
  const parts = [cards(report), metricsTable(report), courses(report, details)];
  return parts.some((part) => part !== undefined) ? h('div', { class: 'whole' }, parts) : undefined;
}

function cards({ performance: found, estimates, advice }: DriftReport): Markup | undefined {
  if (found) {
    const name = metricName(found.metric);
    const interval = found.ci95 && `95 %: ${signed(found.ci95[0])} … ${signed(found.ci95[1])}`;
    return metricCards([
      { name: `${name}, reference`, value: score(found.reference) },
      { name: `${name}, current`, value: score(found.current), notes: [`from ${found.basis}`] },
      { name: 'change', value: signed(found.change), notes: interval ? [interval] : [] },
    ]);
  }
  const main = mainEstimate(estimates ?? [], advice.probability.event);
  if (!main || main.current.value === null || main.reference.value === null) return undefined;
  const name = metricName(main.metric);
  return metricCards([
    { name: `${name}, reference`, value: score(main.reference.value), notes: ['estimated'] },
    {
      name: `${name}, current`,
      value: score(main.current.value),
      notes: [`estimated, ± ${score(main.current.sampling_error)} sampling error`],
    },
    { name: 'change', value: signed(main.current.value - main.reference.value), notes: ['estimated'] },
  ]);
}

/** That which the advice is about. */
export function mainEstimate<T extends EstimateSummary>(of: readonly T[], event: string): T | undefined {
  return of.find(({ metric }) => event.includes(metric)) ?? of[0];
}

/** Every metric that is followed, with labels and without, and whether it left its limits. */
function metricsTable({ realised = [], estimates = [] }: DriftReport): Markup | undefined {
  const names = [...new Set([...realised, ...estimates].map(({ metric }) => metric))];
  return dataTable(
    [
      { title: 'metric', class: 'name' },
      { title: 'reference', class: 'num' },
      { title: 'current', class: 'num' },
      { title: 'estimated', class: 'num' },
      { title: 'usual', class: 'num' },
      { title: '' },
    ],
    names.map((name) => {
      const known = realised.find(({ metric }) => metric === name);
      const guess = estimates.find(({ metric }) => metric === name);
      const { limits, reference } = (known ?? guess)!;
      const alert = known?.current.value !== null && known ? known.current.alert : guess?.current.alert;
      return [
        metricName(name),
        withError(reference),
        withError(known?.current),
        withError(guess?.current),
        `${score(limits.lower)} … ${score(limits.upper)}`,
        alert ? badge('warn', '! unusual') : badge('pass', '✔ usual'),
      ];
    }),
  );
}

function withError(point: EstimateSummary['current'] | undefined): Child {
  if (!point || point.value === null) return '–';
  return [
    score(point.value),
    point.sampling_error === null ? '' : h('small', {}, ` ± ${score(point.sampling_error)}`),
  ];
}

/** The metric of the advice in full, the others folded away. */
function courses(report: DriftReport, details: DriftDetails | undefined): Child {
  const chunks = details?.chunks ?? [];
  if (!details || chunks.length < 3) return undefined;
  const realised = details.realised ?? [];
  const estimates = details.estimates ?? [];
  const event = report.performance?.metric ?? report.advice.probability.event;
  const first = mainEstimate([...realised, ...estimates], event);
  if (!first) return undefined;
  const others = [...new Set([...realised, ...estimates].map(({ metric }) => metric))].filter(
    (metric) => metric !== first.metric,
  );
  const figure = (metric: string) => course(metric, details);
  return [
    h('div', { class: 'pair' }, figure(first.metric), legend(realised, estimates)),
    chunkTable(first.metric, details),
    others.length > 0
      ? h(
          'details',
          {},
          h('summary', {}, `${others.length} more metrics over time`),
          h('div', { class: 'grid' }, others.map(figure)),
        )
      : undefined,
  ];
}

function pointsOf(metric: string, { chunks, realised, estimates }: DriftDetails): CoursePoint[] {
  const known = realised.find((each) => each.metric === metric);
  const guess = estimates.find((each) => each.metric === metric);
  return chunks.map(({ label }, at) => {
    const real = known?.chunks[at];
    const estimated = guess?.chunks[at];
    const hasReal = real !== undefined && real.value !== null;
    return {
      label,
      realised: real?.value ?? null,
      estimate: estimated?.value ?? null,
      band: estimated?.band ?? null,
      alert: hasReal ? real.alert : (estimated?.alert ?? false),
    };
  });
}

function course(metric: string, details: DriftDetails): Markup | undefined {
  const points = pointsOf(metric, details);
  if (points.every(({ realised, estimate }) => realised === null && estimate === null)) return undefined;
  const reference = details.chunks.filter(({ side }) => side === 'reference').length;
  const alerts = points.filter(({ alert }, at) => alert && at >= reference).length;
  const current = points.length - reference;
  const words =
    alerts === 0
      ? `None of ${current} current chunks lies outside the limits.`
      : `${alerts} of ${current} current chunks lie outside the limits.`;
  const name = metricName(metric);
  const of = [...details.realised, ...details.estimates].find((each) => each.metric === metric)!;
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, `${name} over time`),
    h('figcaption', {}, words),
    courseChart({
      title: `${name} over time`,
      desc: words,
      points,
      reference,
      limits: of.limits,
      measure: name,
      range: [0, of.metric.includes('error') ? Number.POSITIVE_INFINITY : 1],
    }),
  );
}

/** What the parts of the picture mean, and how to read them. */
function legend(realised: readonly Estimate[], estimates: readonly Estimate[]): Markup {
  const items: [Markup, string][] = [
    ...(realised.length > 0
      ? [[courseKey('realised'), 'with labels: what really happened'] as [Markup, string]]
      : []),
    ...(estimates.length > 0
      ? ([
          [courseKey('estimate'), 'estimated from the model’s own scores, without labels'],
          [courseKey('band'), 'where the real value lies if the estimate is right (± 3 sampling errors)'],
        ] as [Markup, string][])
      : []),
    [courseKey('limit'), 'limits: what chunks of the reference reach by themselves'],
    [courseKey('alert'), 'a chunk outside the limits'],
  ];
  return h(
    'div',
    {},
    h('h3', {}, 'How to read this'),
    h(
      'ul',
      { class: 'legend rows' },
      items.map(([key, text]) => h('li', {}, key, text)),
    ),
    h(
      'p',
      { class: 'soft' },
      'One chunk outside the limits can be chance. Several in a row, or a step where the current rows begin, are not.',
    ),
  );
}

function chunkTable(metric: string, details: DriftDetails): Markup | undefined {
  const rows = pointsOf(metric, details).map((point, at) => {
    const { label, side, rows: count } = details.chunks[at]!;
    return [
      [label, ' ', h('small', {}, side)],
      String(count),
      score(point.realised),
      score(point.estimate),
      point.band ? `${score(point.band[0])} … ${score(point.band[1])}` : '–',
      point.alert ? badge('warn', '! outside') : '',
    ];
  });
  const table = dataTable(
    [
      { title: 'from', class: 'name' },
      { title: 'rows', class: 'num' },
      { title: 'with labels', class: 'num' },
      { title: 'estimated', class: 'num' },
      { title: 'band', class: 'num' },
      { title: '' },
    ],
    rows,
  );
  return table && h('details', {}, h('summary', {}, `The same in numbers: ${metricName(metric)}`), table);
}
