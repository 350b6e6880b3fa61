// A bar for each chunk, one line high: red from the limit on, with a gap between reference and current.
import { h, type Markup } from '../markup.ts';
import { linear } from './scale.ts';
import { STRIP_WIDTH, strip } from './strip.ts';

const HEIGHT = 28;

/** @param values of the reference's chunks, then of the current ones; null = not measured. */
export function chunkBars(
  values: readonly (number | null)[],
  reference: number,
  limit: number | null,
  title: string,
): Markup {
  const most = Math.max(limit ?? 0, ...values.map((value) => value ?? 0));
  const y = linear([0, most > 0 ? most : 1], [HEIGHT - 1, 2]);
  const gap = reference > 0 && reference < values.length ? 6 : 0;
  const step = (STRIP_WIDTH - gap) / Math.max(1, values.length);
  return strip(
    title,
    HEIGHT,
    values.flatMap((value, at) => {
      if (value === null) return [];
      const over = limit !== null && value > limit && at >= reference;
      const left = at * step + (at >= reference ? gap : 0);
      return [
        h('rect', {
          class: over ? 'over-fill' : at < reference ? 'ref-fill' : 'cur-fill',
          x: round(left),
          y: round(y(value)),
          width: round(Math.max(0.8, step * 0.8)),
          height: round(Math.max(0.8, HEIGHT - 1 - y(value))),
        }),
      ];
    }),
    limit === null
      ? undefined
      : h('line', { class: 'limit', x1: 0, x2: STRIP_WIDTH, y1: y(limit), y2: y(limit) }),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
