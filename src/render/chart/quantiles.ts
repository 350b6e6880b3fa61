// Quantiles as boxes: whiskers from the first to the last, a box between the inner two, a bar at the median.
import { h, type Markup } from '../markup.ts';

/** Five rising values a side: 1, 25, 50, 75 and 99 %. */
export interface Quantiles {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** The reference above the current, from `top` down, 34 high. */
export function quantileBoxes(
  { reference, current }: Quantiles,
  x: (value: number) => number,
  top: number,
): Markup {
  return h(
    'g',
    {},
    h('title', {}, 'quantiles 1, 25, 50, 75 and 99 %: reference above, current below'),
    box(reference, top + 8, 'ref', x),
    box(current, top + 24, 'cur', x),
  );
}

function box(of: readonly number[], y: number, side: 'ref' | 'cur', x: (value: number) => number): Markup[] {
  const [low, from, middle, to, high] = of.map(x) as [number, number, number, number, number];
  return [
    h('line', { class: `${side}-stroke`, x1: low, x2: high, y1: y, y2: y }),
    h('rect', { class: `${side}-fill`, x: from, y: y - 5, width: Math.max(1, to - from), height: 10 }),
    h('line', { class: 'median', x1: middle, x2: middle, y1: y - 5, y2: y + 5 }),
  ];
}
