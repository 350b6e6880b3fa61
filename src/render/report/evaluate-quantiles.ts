// Predicted quantiles: the share of rows below each, which should be what it is called.
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h } from '../markup.ts';
import { badge, dataTable, score } from './parts.ts';
import type { EvaluateReport } from './types.ts';

export function quantilesPart({ quantiles }: EvaluateReport): Child {
  if (!quantiles) return undefined;
  return [
    h(
      'p',
      { class: 'soft' },
      'Of a 0.9-quantile, nine in ten of the true values should be at or below it: at the dotted mark.',
      quantiles.crossing > 0
        ? ` In ${score(quantiles.crossing * 100)} % of the rows a higher quantile is predicted below a lower one.`
        : '',
    ),
    dataTable(
      [
        { title: 'quantile', class: 'name' },
        { title: 'rows at or below', class: 'num' },
        { title: 'beside what it should be', class: 'picture' },
        { title: 'pinball loss', class: 'num' },
        { title: '' },
      ],
      quantiles.levels.map(({ quantile, share_below: share, interval, pinball_loss: loss }) => [
        String(quantile),
        score(share),
        intervalStrip(
          { value: share, ...(interval ? { low: interval[0], high: interval[1] } : {}) },
          [0, 1],
          quantile,
          `${score(share)} of the rows, should be ${quantile}`,
        ),
        score(loss),
        interval && (interval[0] > quantile || interval[1] < quantile) ? badge('warn', '! off') : '',
      ]),
    ),
  ];
}
