// A confusion matrix as a picture: darker where more rows of that actual class went.
import type { ConfusionFigure } from '../../plots/figure.ts';
import { formatCount } from '../../util/units.ts';
import { CHART_WIDTH, chart } from '../chart/frame.ts';
import { h, type Markup } from '../markup.ts';
import { textWidth, truncate } from '../text-width.ts';
import { findingOf } from './finding.ts';

const LONGEST = 12;
/** Smaller cells have no room for words. */
const LEGIBLE = 26;
const TOP = 34;
/** From this share on the cell is so dark that its words turn white. */
const DARK = 0.85;

/** The n-th matrix of a figure. */
export function confusionChart(figure: ConfusionFigure, at: number): Markup {
  const { labels, matrices, shares } = figure;
  const { name, counts } = matrices[at]!;
  const names = labels.map((label) => truncate(label, LONGEST));
  const left = 26 + 6.2 * names.reduce((most, each) => Math.max(most, textWidth(each)), 1);
  const size = Math.min(64, (CHART_WIDTH - left - 8) / labels.length);
  const place = (nth: number, from: number): number => from + nth * size;
  const turn = names.some((each) => textWidth(each) * 6.2 > size) ? 'slanted' : 'level';
  const top = TOP + (turn === 'slanted' ? 40 : 0);
  return chart(
    {
      title: matrices.length > 1 ? `${figure.title}, ${name}` : figure.title,
      desc: findingOf({ ...figure, matrices: [matrices[at]!] }),
    },
    CHART_WIDTH,
    top + labels.length * size + 8,
    h('text', { class: 'label', x: left, y: 12 }, figure.x.label),
    h(
      'text',
      {
        class: 'label',
        x: 0,
        y: 0,
        transform: `translate(12 ${top + (labels.length * size) / 2}) rotate(-90)`,
        'text-anchor': 'middle',
      },
      figure.y.label,
    ),
    names.map((each, nth) => columnName(each, labels[nth]!, place(nth, left) + size / 2, top - 8, turn)),
    names.map((each, nth) =>
      h(
        'text',
        { x: left - 8, y: place(nth, top) + size / 2 + 4, 'text-anchor': 'end' },
        h('title', {}, labels[nth]!),
        each,
      ),
    ),
    counts.map((row, y) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, x) => {
        const share = total > 0 ? count / total : 0;
        return cell({
          title: `${labels[y]} taken for ${labels[x]}: ${formatCount(count)}, ${percentText(share)}`,
          words: size < LEGIBLE ? undefined : shares ? percentText(share) : formatCount(count),
          share,
          right: x === y,
          x: place(x, left),
          y: place(y, top),
          size,
        });
      });
    }),
  );
}

interface CellWish {
  readonly title: string;
  /** Undefined where there is no room for them. */
  readonly words: string | undefined;
  /** Of its row. */
  readonly share: number;
  /** On the diagonal. */
  readonly right: boolean;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function cell({ title, words, share, right, x, y, size }: CellWish): Markup {
  const square = (inset: number) => ({
    x: x + inset,
    y: y + inset,
    width: size - 2 - 2 * inset,
    height: size - 2 - 2 * inset,
  });
  const middle = { x: x + size / 2 - 1, y: y + size / 2 + 3, 'text-anchor': 'middle' };
  return h(
    'g',
    {},
    h('rect', { class: 'cell', ...square(0), 'fill-opacity': 0.05 + 0.9 * share }, h('title', {}, title)),
    right ? h('rect', { class: 'cell-frame', ...square(1) }) : undefined,
    words === undefined
      ? undefined
      : h('text', { class: share >= DARK ? 'on' : undefined, ...middle }, words),
  );
}

function columnName(short: string, whole: string, x: number, y: number, turn: 'level' | 'slanted'): Markup {
  const place =
    turn === 'slanted'
      ? { transform: `translate(${Math.round(x)} ${y}) rotate(-40)`, 'text-anchor': 'start' }
      : { x, y, 'text-anchor': 'middle' };
  return h('text', place, h('title', {}, whole), short);
}

function percentText(share: number): string {
  return share > 0 && share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`;
}
