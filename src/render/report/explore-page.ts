// The page of a first look at data: what deserves attention, then a card a column, alone or beside how it was before.
import { formatCount, plural } from '../../util/units.ts';
import { categoryBars } from '../chart/categories.ts';
import { percent } from '../chart/frame.ts';
import { histogram } from '../chart/histogram.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { correlationTable } from './correlation-table.ts';
import { renderPage, section } from './document.ts';
import { dataTable, inputFacts, metricCards, score, shares } from './parts.ts';
import type { ColumnSummary, DataSummary, ExploreReport } from './types.ts';

/** Self-contained HTML; equal data make equal bytes. */
export function renderExplorePage(report: ExploreReport): string {
  const { data, before } = report;
  return renderPage({
    title: `${data.path} · profile`,
    header: [
      h('p', { class: 'eyebrow' }, before ? 'Data profile · now and before' : 'Data profile'),
      h('h1', {}, data.path),
      h('p', { class: 'lead' }, lead(report)),
    ],
    sections: [
      section('In numbers', cards(data, before)),
      section('Worth a look', warnings(report)),
      section('Columns', overview(data, before)),
      section('Distributions', columnCards(report)),
      section('Correlations', correlationTable(data.correlations)),
      section('What was read', inputFacts(before ? { data, before } : { data }), method(report)),
    ],
  });
}

function lead({ data, before, warnings: all }: ExploreReport): string {
  const size = `${plural(data.rows, 'row')} of ${plural(data.columns.length, 'column')}`;
  const beside = before ? `, beside ${plural(before.rows, 'row')} of ${before.path}` : '';
  return `${size}${beside}; ${all.length === 0 ? 'nothing that stands out' : `${plural(all.length, 'thing')} worth a look`}.`;
}

function cards(data: DataSummary, before: DataSummary | null): Markup | undefined {
  const numeric = data.columns.filter(({ numbers }) => numbers !== null).length;
  const was = (value: string): { notes: string[] } | object =>
    before ? { notes: [`before: ${value}`] } : {};
  return metricCards([
    { name: 'rows', value: formatCount(data.rows), ...was(formatCount(before?.rows ?? 0)) },
    { name: 'columns', value: formatCount(data.columns.length), notes: [`${numeric} of numbers or times`] },
    {
      name: 'missing cells',
      value: data.missing === null ? '–' : percent(data.missing),
      ...was(percent(before?.missing ?? 0)),
    },
    {
      name: 'duplicate rows',
      value: formatCount(data.duplicates),
      ...was(formatCount(before?.duplicates ?? 0)),
    },
  ]);
}

function warnings({ warnings: all }: ExploreReport): Markup | undefined {
  return dataTable(
    [{ title: 'column', class: 'name' }, { title: '' }, { title: 'what' }],
    all.map(({ column, kind, message }) => [
      column ?? 'all rows',
      h('span', { class: 'badge warn' }, kind),
      `${message}.`,
    ]),
  );
}

function overview({ columns }: DataSummary, before: DataSummary | null): Markup | undefined {
  const then = new Map(before?.columns.map((column) => [column.column, column]));
  const beside = (now: string, was: string | undefined): Child =>
    was === undefined || was === now ? now : [now, ' ', h('small', {}, `was ${was}`)];
  return dataTable(
    [
      { title: 'column', class: 'name' },
      { title: 'type' },
      { title: 'missing', class: 'num' },
      { title: 'different', class: 'num' },
      { title: 'mean', class: 'num' },
      { title: 'median', class: 'num' },
      { title: '1 to 99 %' },
    ],
    columns.map((column) => {
      const was = then.get(column.column);
      return [
        column.column,
        beside(column.type, was?.type),
        beside(missingIn(column), was && missingIn(was)),
        formatCount(column.distinct),
        beside(
          numberIn(column, (of) => of.mean),
          was && numberIn(was, (of) => of.mean),
        ),
        beside(
          numberIn(column, (of) => of.quantiles[3]!),
          was && numberIn(was, (of) => of.quantiles[3]!),
        ),
        rangeOf(column),
      ];
    }),
  );
}

function missingIn({ missing }: ColumnSummary): string {
  return missing === null ? '–' : percent(missing);
}

function numberIn(
  { numbers, type }: ColumnSummary,
  of: (numbers: NonNullable<ColumnSummary['numbers']>) => number,
): string {
  return numbers === null ? '–' : shown(of(numbers), type);
}

function rangeOf({ numbers, type, length }: ColumnSummary): string {
  if (numbers) return `${shown(numbers.quantiles[0]!, type)} … ${shown(numbers.quantiles.at(-1)!, type)}`;
  return length ? `${length.min} to ${plural(length.max, 'character')}` : '';
}

function shown(value: number, type: ColumnSummary['type']): string {
  if (type !== 'datetime') return score(Number(value.toPrecision(6)));
  return new Date(value).toISOString().slice(0, 10);
}

/** Columns that stand open; the rest is one click away. */
const OPEN = 24;

function columnCards({ data, before, min_count: least }: ExploreReport): Child {
  const then = new Map(before?.columns.map((column) => [column.column, column]));
  const drawn = data.columns.map((column) => card(column, then.get(column.column), least));
  return [
    before ? legend() : undefined,
    h('div', { class: 'grid' }, drawn.slice(0, OPEN)),
    drawn.length > OPEN
      ? h(
          'details',
          {},
          h('summary', {}, `${drawn.length - OPEN} more columns`),
          h('div', { class: 'grid' }, drawn.slice(OPEN)),
        )
      : undefined,
  ];
}

function legend(): Markup {
  return h('p', { class: 'soft' }, 'Filled: before. Outlined, or the solid bar: now.');
}

function card(now: ColumnSummary, was: ColumnSummary | undefined, least: number): Markup {
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, now.column, ' ', h('small', {}, now.type)),
    h('figcaption', {}, caption(now)),
    picture(now, was, least),
  );
}

function caption({ present, missing, distinct, numbers, type }: ColumnSummary): string {
  const parts = [
    `${plural(present, 'value')}, ${formatCount(distinct)} different`,
    missing ? `${percent(missing)} missing` : '',
    numbers && numbers.zeros > 0 && type !== 'datetime' ? `${percent(numbers.zeros / present)} zero` : '',
    numbers && numbers.std !== null && type !== 'datetime' ? `standard deviation ${score(numbers.std)}` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function picture(now: ColumnSummary, was: ColumnSummary | undefined, least: number): Child {
  const labels = { title: `Distribution of ${now.column}`, desc: caption(now) };
  const bins = now.numbers?.histogram;
  if (bins) {
    const other = was?.numbers?.histogram;
    const type =
      now.type === 'datetime'
        ? { text: (ms: number): string => new Date(ms).toISOString().slice(0, 10) }
        : {};
    return histogram({
      ...labels,
      ...type,
      edges: bins.edges,
      ...(other
        ? { reference: shares(other.counts), current: shares(bins.counts), names: ['before', 'now'] as const }
        : { reference: shares(bins.counts) }),
    });
  }
  if (now.top === null)
    return h(
      'small',
      { class: 'note' },
      now.numbers ? 'All values are the same.' : 'Too many different values to draw.',
    );
  if (now.top.length === 0)
    return h('small', { class: 'note' }, `No value stands in ${least} rows or more, so none is named.`);
  return categoryBars({ ...labels, categories: categoriesOf(now, was) });
}

const BARS = 10;

function categoriesOf(now: ColumnSummary, was: ColumnSummary | undefined) {
  const before = new Map(was?.top ?? []);
  const share = (rows: number, of: ColumnSummary): number => (of.present === 0 ? 0 : rows / of.present);
  const listed = now
    .top!.slice(0, BARS)
    .map(([name, rows]) =>
      was
        ? { name, reference: share(before.get(name) ?? 0, was), current: share(rows, now) }
        : { name, reference: share(rows, now) },
    );
  const rest = (column: ColumnSummary, named: ReadonlySet<string>): number =>
    column.present -
    (column.top ?? []).filter(([name]) => named.has(name)).reduce((sum, [, rows]) => sum + rows, 0);
  const names = new Set(listed.map(({ name }) => name));
  const others = rest(now, names);
  if (others === 0) return listed;
  return [
    ...listed,
    was
      ? { name: 'others', reference: share(rest(was, names), was), current: share(others, now) }
      : { name: 'others', reference: share(others, now) },
  ];
}

function method({ data, min_count: least }: ExploreReport): Markup {
  const sampled =
    data.quantile_rows < data.rows
      ? ` Quantiles are of ${formatCount(data.quantile_rows)} rows, evenly taken from all.`
      : '';
  return h(
    'p',
    { class: 'soft' },
    `All rows were read. Counts of different values are within about 2 %. Values are named from ${least} rows on. Where a few values lie far out, the outer bins hold all beyond them.${sampled}`,
  );
}
