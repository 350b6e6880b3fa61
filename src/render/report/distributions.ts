// A card a column: both distributions over the same cells, and what the deciding test said.
import { categoryBars } from '../chart/categories.ts';
import { histogram, isEven } from '../chart/histogram.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { badge, score } from './parts.ts';
import type { ColumnReport, DriftDetails, Histogram } from './types.ts';

/** Columns that stand open; the rest is one click away. Printed pages show what stands open. */
const OPEN = 12;
/** Categories beyond these are summed up. */
const SHOWN = 12;

/** `columns` in the order to be shown. */
export function distributionCards(columns: readonly ColumnReport[], details: DriftDetails): Child {
  const cards = distributions(columns, details).map(({ column, picture }) => card(column, picture));
  if (cards.length === 0) return undefined;
  const left =
    details.left_out > 0
      ? h('p', { class: 'soft' }, `${details.left_out} more columns are not drawn.`)
      : undefined;
  return [
    legend(),
    h('div', { class: 'grid' }, cards.slice(0, OPEN)),
    cards.length > OPEN
      ? h(
          'details',
          {},
          h('summary', {}, `${cards.length - OPEN} more, which moved less`),
          h('div', { class: 'grid' }, cards.slice(OPEN)),
        )
      : undefined,
    left,
  ];
}

/** Of those columns that can be drawn. */
export function distributions(
  columns: readonly ColumnReport[],
  details: DriftDetails,
): { readonly column: ColumnReport; readonly picture: Markup; readonly of: 'numbers' | 'categories' }[] {
  const byName = new Map(details.histograms.map((each) => [key(each.role, each.column), each]));
  return columns.flatMap((column) => {
    const found = byName.get(key(column.role, column.column));
    const picture = found && drawing(column, found);
    return picture ? [{ column, picture, of: found.categories ? 'categories' : 'numbers' }] : [];
  });
}

function key(role: string, column: string): string {
  return JSON.stringify([role, column]);
}

/** Which of two drawn distributions is which. */
export function legend(): Markup {
  const swatch = (shape: Markup): Markup =>
    h('svg', { viewBox: '0 0 28 12', width: 28, height: 12, class: 'key', 'aria-hidden': 'true' }, shape);
  return h(
    'ul',
    { class: 'legend' },
    h('li', {}, swatch(DISTRIBUTION_KEY.reference), 'reference'),
    h('li', {}, swatch(DISTRIBUTION_KEY.current), 'current (in categories and boxes: the solid bar)'),
  );
}

/** What each is drawn as, 28 by 12. */
export const DISTRIBUTION_KEY = {
  reference: h('rect', { class: 'ref-fill', x: 2, y: 1, width: 24, height: 10 }),
  current: h('path', { class: 'cur-line', d: 'M2 11V3H26V11' }),
  currentCategory: h('rect', { class: 'cur-fill', x: 2, y: 1, width: 24, height: 10 }),
};

/** What the deciding test said. */
export function effectInWords({ decides, reason }: ColumnReport): string {
  return decides
    ? `${EFFECTS[decides.effect] ?? decides.effect} ${score(decides.value)}, limit ${score(decides.limit)}`
    : reason;
}

function card(column: ColumnReport, picture: Child): Markup {
  const words = effectInWords(column);
  return h(
    'figure',
    { class: 'card' },
    h('h3', {}, column.column, ' ', column.drifted ? badge('warn', 'moved') : undefined),
    h('figcaption', {}, words),
    picture,
    h('small', { class: 'note' }, otherMeasures(column)),
  );
}

/** What was measured beside the deciding effect; it is shown and never votes. */
function otherMeasures({ decides, psi, wasserstein, js, tvd }: ColumnReport): string {
  const parts = [
    psi ? `PSI ${score(psi.value)} (critical ${score(psi.critical)})` : '',
    wasserstein?.norm != null ? `Wasserstein / σ ${score(wasserstein.norm)}` : '',
    js && decides?.effect !== 'js' ? `JS ${score(js.value)}` : '',
    tvd && decides?.effect !== 'tvd' ? `TVD ${score(tvd.value)}` : '',
  ].filter((part) => part !== '');
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}

export const EFFECTS: { readonly [effect: string]: string } = {
  ks: 'KS distance',
  js: 'Jensen–Shannon distance',
  tvd: 'total variation',
  wasserstein_norm: 'Wasserstein / σ',
  cramers_v: 'Cramér’s V',
};

function drawing(column: ColumnReport, found: Histogram): Markup | undefined {
  const labels = { title: `Distribution of ${column.column}`, desc: column.reason };
  if (found.categories) return categoryBars({ ...labels, categories: topCategories(found) });
  const edges = closedEdges(column, found);
  if (!edges) return undefined;
  return histogram({
    ...labels,
    edges,
    reference: found.shares.reference,
    current: found.shares.current,
    quantiles: column.quantiles?.reference.length === 5 ? column.quantiles : undefined,
  });
}

/** What the report calls the categories that it folds. */
const UNNAMED = '__other__';

function topCategories({ categories, shares }: Histogram) {
  const all = categories!
    .map((name, at) => ({ name, reference: shares.reference[at] ?? 0, current: shares.current[at] ?? 0 }))
    .filter((each) => each.reference > 0 || each.current > 0);
  const unnamed = all.filter(({ name }) => name === UNNAMED);
  if (all.length <= SHOWN && unnamed.length === 0) return all;
  const ranked = all
    .filter(({ name }) => name !== UNNAMED)
    .sort((a, b) => b.reference + b.current - a.reference - a.current);
  const rest = [...ranked.slice(SHOWN - 1), ...unnamed];
  const sum = (side: 'reference' | 'current'): number => rest.reduce((total, each) => total + each[side], 0);
  return [
    ...ranked.slice(0, SHOWN - 1),
    {
      name: unnamed.length > 0 ? 'others' : `${rest.length} others`,
      reference: sum('reference'),
      current: sum('current'),
    },
  ];
}

/**
 * The outer cells are open. Beside cells of one width they are drawn as wide as those; beside others to the 1 and 99 %
 * quantiles, where rows are.
 */
function closedEdges(column: ColumnReport, { edges }: Histogram): number[] | undefined {
  const [first, last] = [edges?.[0], edges?.at(-1)];
  if (!edges || first === undefined || last === undefined) return undefined;
  const widths = edges
    .slice(1)
    .map((edge, at) => edge - edges[at]!)
    .sort((a, b) => a - b);
  const middling = widths[widths.length >> 1] ?? (Math.abs(first) || 1);
  const q = isEven(edges) ? null : column.quantiles;
  const low = q ? Math.min(q.reference[0]!, q.current[0]!) : first;
  const high = q ? Math.max(q.reference.at(-1)!, q.current.at(-1)!) : last;
  return [low < first ? low : first - middling, ...edges, high > last ? high : last + middling];
}
