// Shares of categories, two bars each: reference above, current below.
import { h, type Markup } from '../markup.ts';
import { truncate } from '../text-width.ts';
import { CHART_WIDTH, chart, type Labels, percent } from './frame.ts';
import { linear } from './scale.ts';

export interface Category {
  readonly name: string;
  readonly reference: number;
  readonly current?: number;
}

export interface Categories extends Labels {
  /** In the order to be drawn. */
  readonly categories: readonly Category[];
}

const ROW = 32;
const NAME = 96;
const NUMBER = 46;

export function categoryBars(of: Categories): Markup {
  const top = Math.max(...of.categories.flatMap((each) => [each.reference, each.current ?? 0]), 1e-9);
  const x = linear([0, top], [NAME, CHART_WIDTH - NUMBER]);
  const height = of.categories.length * ROW + 6;
  return chart(
    of,
    CHART_WIDTH,
    height,
    of.categories.flatMap((each, at) => {
      const y = at * ROW + 6;
      return [
        h(
          'text',
          { x: NAME - 8, y: y + 14, 'text-anchor': 'end' },
          h('title', {}, each.name),
          truncate(each.name, 15),
        ),
        bar('ref-fill', y, each.reference, x),
        each.current === undefined ? undefined : bar('cur-fill', y + 12, each.current, x),
      ];
    }),
  );
}

function bar(className: string, y: number, share: number, x: (share: number) => number): Markup[] {
  return [
    h('rect', { class: className, x: x(0), y, width: Math.max(0.5, x(share) - x(0)), height: 10 }),
    h('text', { class: 'tick', x: x(share) + 4, y: y + 9 }, percent(share)),
  ];
}
