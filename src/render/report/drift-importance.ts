// How much the model relies on each column, and which of them moved.
import { shareStrip } from '../chart/strip.ts';
import { h, type Markup } from '../markup.ts';
import { badge, dataTable, metricName, score } from './parts.ts';
import type { DriftReport } from './types.ts';

export function importanceTable({ importance, columns }: DriftReport): readonly (Markup | undefined)[] {
  if (!importance) return [];
  const most = importance.columns[0]?.value ?? 0;
  const moved = new Set(columns.filter(({ drifted }) => drifted).map(({ column }) => column));
  const against = importance.basis === 'labels' ? 'labels' : 'its own answers, as there are no labels';
  return [
    h(
      'p',
      { class: 'soft' },
      `What the model loses in ${metricName(importance.metric)} when a column is dealt out to the rows anew: ${importance.repeats} times, on ${importance.rows} rows of the reference, judged by ${against}. Of two columns that say the same, each can look needless.`,
    ),
    dataTable(
      [
        { title: 'column', class: 'name' },
        { title: 'loss', class: 'num' },
        { title: '', class: 'picture' },
        { title: 'share', class: 'num' },
        { title: '' },
      ],
      importance.columns.map(({ column, value, std, share }) => {
        const title = `${column}: ${score(value)} ± ${score(std)}`;
        return [
          column,
          [score(value), h('small', {}, ` ± ${score(std)}`)],
          most > 0 ? shareStrip(Math.max(0, value), most, title) : '',
          `${Math.round(share * 100)} %`,
          moved.has(column) ? badge('warn', '! moved') : '',
        ];
      }),
    ),
  ];
}
