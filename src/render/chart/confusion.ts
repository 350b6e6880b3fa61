// The confusion matrix as a table that is also a picture: darker where more rows of that true class went.
import { formatCount } from '../../util/units.ts';
import { h, type Markup } from '../markup.ts';
import { percent } from './frame.ts';

/** Steps of the heat scale; a style sheet has a class for each (a page allows no style attributes). */
const HEAT_STEPS = 10;

/** Text keeps its colour up to step 8 and turns white on the last two, which are darker: 4.5 : 1 everywhere, light and dark. */
function heatPercent(step: number): number {
  return step < 9 ? step * 9 : step * 10;
}

export const HEAT_CSS = Array.from(
  { length: HEAT_STEPS + 1 },
  (_, step) => `.heat${step}{background:color-mix(in srgb,var(--heat) ${heatPercent(step)}%,var(--card))}`,
)
  .concat(`.heat9,.heat10{color:#fff}`)
  .join('');

/** From so many classes on, cells are small, names are cut (whole as a tooltip), shares are whole percents. */
export const MANY_CLASSES = 7;

/** Rows are true labels and add up to the class's rows; columns are predictions. */
export function confusionTable(labels: readonly string[], counts: readonly (readonly number[])[]): Markup {
  const many = labels.length >= MANY_CLASSES;
  return h(
    'table',
    { class: many ? 'confusion many' : 'confusion' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('td'),
        labels.map((label) => h('th', { scope: 'col', title: label }, label)),
      ),
    ),
    h(
      'tbody',
      {},
      counts.map((row, at) => {
        const total = row.reduce((sum, count) => sum + count, 0);
        return h(
          'tr',
          {},
          h('th', { scope: 'row', title: labels[at] ?? '' }, labels[at] ?? ''),
          row.map((count, to) => cell(count, total, at === to, many ? wholePercent : percent)),
        );
      }),
    ),
  );
}

function wholePercent(share: number): string {
  if (share > 0 && share < 0.005) return '< 1 %';
  return `${Math.round(100 * share)} %`;
}

function cell(count: number, total: number, right: boolean, written: (share: number) => string): Markup {
  const share = total > 0 ? count / total : 0;
  return h(
    'td',
    { class: `heat${Math.round(share * HEAT_STEPS)}${right ? ' right' : ''}` },
    h('b', {}, formatCount(count)),
    h('small', {}, written(share)),
  );
}
