// Columns over time: how far each chunk is from the reference.
import { chunkBars } from '../chart/chunk-bars.ts';
import { type Child, h } from '../markup.ts';
import { EFFECTS } from './distributions.ts';
import { badge, foldedTable, score } from './parts.ts';
import type { ColumnCourse, DriftDetails } from './types.ts';

const OPEN = 12;

/** Nothing where no chunks were asked for. Columns with most chunks over their limit come first. */
export function columnsOverTime(details: DriftDetails | undefined): readonly Child[] {
  const columns = details?.columns ?? [];
  const chunks = details?.chunks ?? [];
  const reference = chunks.filter(({ side }) => side === 'reference').length;
  if (columns.length === 0 || chunks.length < 3) return [];
  const current = chunks.length - reference;
  const over = ({ values, limit }: ColumnCourse) =>
    values.slice(reference).filter((value) => limit !== null && value !== null && value > limit).length;
  const table = foldedTable(
    [
      { title: 'column', class: 'name' },
      { title: 'chunk by chunk: reference, then current', class: 'picture' },
      { title: 'limit', class: 'num' },
      { title: 'current chunks over it' },
    ],
    [...columns]
      .sort((a, b) => over(b) - over(a))
      .map((column) => {
        const words = `${over(column)} of ${current}`;
        const title = `${column.column}: ${words} current chunks over the limit`;
        return [
          [column.column, ' ', h('small', {}, EFFECTS[column.effect] ?? column.effect)],
          chunkBars(column.values, reference, column.limit, title),
          score(column.limit),
          [words, ' ', over(column) > 0 ? badge('warn', '! unusual') : badge('pass', '✔ usual')],
        ];
      }),
    Math.max(OPEN, columns.filter((column) => over(column) > 1).length),
    'columns, which stayed nearer',
  );
  return [
    h(
      'p',
      { class: 'soft' },
      'Each bar says how far the rows of one chunk are from the reference. The dashed line is what chunks of the reference reach by themselves.',
    ),
    table,
  ];
}
