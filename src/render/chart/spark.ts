// A course of values one line high, its last one marked: how a metric got where it is.
import { h, type Markup } from '../markup.ts';
import { linear } from './scale.ts';

const WIDTH = 160;
const HEIGHT = 32;

/** At least one value; `title` says in words what is drawn. */
export function spark(values: readonly number[], title: string): Markup {
  const domain = [Math.min(...values), Math.max(...values)] as const;
  const x = linear([0, Math.max(1, values.length - 1)], [4, WIDTH - 6]);
  const y = linear(domain, [HEIGHT - 5, 5]);
  const points = values.map((value, at) => `${x(values.length === 1 ? 1 : at)},${y(value)}`);
  return h(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      class: 'strip',
      role: 'img',
      'aria-label': title,
    },
    h('title', {}, title),
    values.length > 1 ? h('polyline', { class: 'cur-line', points: points.join(' ') }) : undefined,
    h('circle', { class: 'dot', cx: x(Math.max(1, values.length - 1)), cy: y(values.at(-1)!), r: 3.5 }),
  );
}
