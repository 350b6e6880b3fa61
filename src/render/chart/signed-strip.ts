// Strips around zero: what pushes an answer up, and what pulls it down.
import { h, type Markup } from '../markup.ts';
import { linear } from './scale.ts';
import { STRIP_WIDTH, strip } from './strip.ts';

const MIDDLE = STRIP_WIDTH / 2;

function zeroLine(height: number): Markup {
  return h('line', { class: 'guide', x1: MIDDLE, x2: MIDDLE, y1: 0, y2: height });
}

/** A bar to the right for what is above zero, to the left for what is below; `scale`: the largest size of the table. */
export function signedStrip(value: number, scale: number, title: string): Markup {
  const x = linear([-scale, scale], [1, STRIP_WIDTH - 1]);
  return strip(
    title,
    14,
    h('rect', { class: 'rail', x: 0, y: 6, width: STRIP_WIDTH, height: 2 }),
    h('rect', {
      class: value < 0 ? 'ref-fill' : 'cur-fill',
      x: Math.min(x(value), x(0)),
      y: 3,
      width: Math.max(1, Math.abs(x(value) - x(0))),
      height: 8,
    }),
    zeroLine(14),
  );
}

const SPREAD_HEIGHT = 26;

/** How values are spread around zero: a bar for each bin, the fuller the higher, the bluer the higher the column itself is. */
export function spreadStrip(
  counts: readonly number[],
  shades: readonly (number | null)[],
  title: string,
): Markup {
  const most = Math.max(...counts, 1);
  const width = STRIP_WIDTH / counts.length;
  // The square root lets a bin of few rows be seen beside one of many.
  const heightOf = (count: number): number => Math.max(2, SPREAD_HEIGHT * Math.sqrt(count / most));
  return strip(
    title,
    SPREAD_HEIGHT,
    zeroLine(SPREAD_HEIGHT),
    counts.flatMap((count, bin) => {
      if (count === 0) return [];
      const height = heightOf(count);
      const place = { x: bin * width + 0.5, y: (SPREAD_HEIGHT - height) / 2, width: width - 1, height };
      const shade = shades[bin] ?? null;
      return [
        h('rect', { class: 'ref-fill', ...place }),
        ...(shade === null ? [] : [h('rect', { class: 'cur-fill', 'fill-opacity': shade, ...place })]),
      ];
    }),
  );
}
