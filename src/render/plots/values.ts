// Under a picture: which line is which, with the numbers one reads first.
import type { BarsFigure, LinesFigure, ScatterFigure } from '../../plots/figure.ts';
import { h, type Markup } from '../markup.ts';
import { scoreText } from './finding.ts';
import { keyKindOf, seriesKey } from './marks.ts';

export function valuesTable(figure: LinesFigure | ScatterFigure): Markup {
  const square = figure.kind === 'lines' && figure.square;
  const dots = figure.kind === 'scatter';
  const titles = square ? ['AUC'] : dots ? ['rows'] : ['last', 'min', 'max'];
  return h(
    'table',
    { class: 'values' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th'),
        titles.map((title) => h('th', { scope: 'col' }, title)),
      ),
    ),
    h(
      'tbody',
      {},
      figure.series.map(({ name, color, summary, auc }) => {
        const numbers = square
          ? [auc]
          : dots
            ? [summary?.count ?? 0]
            : [summary?.last, summary?.min, summary?.max];
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, seriesKey(color, keyKindOf(figure)), name),
          numbers.map((value) => h('td', {}, value === undefined ? '–' : scoreText(value))),
        );
      }),
    ),
  );
}

/** Only where there is more than one: a bar's number stands beside it. */
export function barsLegend({ series }: BarsFigure): Markup | undefined {
  if (series.length < 2) return undefined;
  return h(
    'ul',
    { class: 'legend' },
    series.map(({ name, color }) => h('li', {}, seriesKey(color, 'bar'), name)),
  );
}
