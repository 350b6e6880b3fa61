// Strips: pictures one line high that stand in a table's row.
import { h, type Markup } from '../markup.ts';
import { linear } from './scale.ts';

export const STRIP_WIDTH = 200;

export function strip(
  title: string,
  height: number,
  ...children: readonly (Markup | undefined | readonly Markup[])[]
): Markup {
  return h(
    'svg',
    {
      viewBox: `0 0 ${STRIP_WIDTH} ${height}`,
      width: STRIP_WIDTH,
      height,
      class: 'strip',
      role: 'img',
      'aria-label': title,
    },
    h('title', {}, title),
    children,
  );
}

/** How far a column moved against how far it may: the bar turns red and passes the mark. `scale` is the largest value of the table. */
export function effectStrip(value: number, limit: number, scale: number, title: string): Markup {
  const x = linear([0, Math.max(scale, limit * 1.25)], [0, STRIP_WIDTH - 2]);
  return strip(
    title,
    14,
    h('rect', { class: 'rail', x: 0, y: 4, width: STRIP_WIDTH - 2, height: 6 }),
    h('rect', {
      class: value >= limit ? 'over-fill' : 'cur-fill',
      x: 0,
      y: 4,
      width: Math.max(1, x(value)),
      height: 6,
    }),
    h('line', { class: 'limit', x1: x(limit), x2: x(limit), y1: 0, y2: 14 }),
  );
}

/** A bar as long as `value` is of `most`. */
export function shareStrip(value: number, most: number, title: string): Markup {
  const x = linear([0, most], [0, STRIP_WIDTH - 2]);
  return strip(
    title,
    14,
    h('rect', { class: 'rail', x: 0, y: 4, width: STRIP_WIDTH - 2, height: 6 }),
    h('rect', { class: 'cur-fill', x: 0, y: 4, width: Math.max(1, x(value)), height: 6 }),
  );
}

export interface Interval {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** A value with its interval on the scale of all rows; a dotted mark where the whole stands. */
export function intervalStrip(
  { value, low, high }: Interval,
  domain: readonly [number, number],
  whole: number | undefined,
  title: string,
): Markup {
  const x = linear(domain, [6, STRIP_WIDTH - 6]);
  return strip(
    title,
    16,
    h('line', { class: 'gridline', x1: 0, x2: STRIP_WIDTH, y1: 8, y2: 8 }),
    whole === undefined
      ? undefined
      : h('line', { class: 'guide', x1: x(whole), x2: x(whole), y1: 0, y2: 16 }),
    low === undefined || high === undefined
      ? undefined
      : h('line', { class: 'cur-stroke', x1: x(low), x2: x(high), y1: 8, y2: 8 }),
    h('circle', { class: 'dot', cx: x(value), cy: 8, r: 4 }),
  );
}
