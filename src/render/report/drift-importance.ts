// How much the model relies on each column, and which of them moved.
import { formatCount } from '../../util/units.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h } from '../markup.ts';
import { badge, foldedTable, metricName, score } from './parts.ts';
import type { DriftReport } from './types.ts';

const OPEN = 10;

export function importanceTable({ importance, columns }: DriftReport): readonly Child[] {
  if (!importance) return [];
  const ends = importance.columns.flatMap(({ value, std }) => [value - 2 * std, value + 2 * std]);
  const domain = [Math.min(0, ...ends), Math.max(1e-9, ...ends)] as const;
  const moved = new Set(columns.filter(({ drifted }) => drifted).map(({ column }) => column));
  const against = importance.basis === 'labels' ? 'labels' : 'its own answers, as there are no labels';
  return [
    h(
      'p',
      { class: 'soft' },
      `What the model loses in ${metricName(importance.metric)} when a column is dealt out to the rows anew: ${importance.repeats} times, on ${formatCount(importance.rows)} rows of the reference, judged by ${against}. The line around a dot is the chance of the dealing. Of two columns that say the same, each can look needless.`,
    ),
    foldedTable(
      [
        { title: 'column', class: 'name' },
        { title: 'loss', class: 'num' },
        { title: '', class: 'picture' },
        { title: 'share', class: 'num' },
        { title: '' },
      ],
      importance.columns.map(({ column, value, std, share }) => {
        const title = `${column}: ${score(value)} ± ${score(2 * std)}`;
        return [
          column,
          score(value),
          intervalStrip({ value, low: value - 2 * std, high: value + 2 * std }, domain, 0, title),
          `${Math.round(share * 100)} %`,
          moved.has(column) ? badge('warn', '! moved') : '',
        ];
      }),
      OPEN,
      'columns, which it relies on less',
    ),
  ];
}
