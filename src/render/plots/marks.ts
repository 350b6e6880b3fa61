// Shapes that tell series apart where colours do not.
import type { Figure } from '../../plots/figure.ts';
import { h, type Markup } from '../markup.ts';
import { COLORS } from './style.ts';

/** Around 0 0, about as heavy as each other. */
const SHAPES = [
  'M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z',
  'M-2.9-2.9h5.8v5.8h-5.8z',
  'M0-3.9l3.7 6.5h-7.4z',
  'M0-4.2l3.6 4.2l-3.6 4.2l-3.6-4.2z',
  'M0 3.9l3.7-6.5h-7.4z',
  'M-1.4-4h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6z',
  'M-4 0l2-3.4h4l2 3.4l-2 3.4h-4z',
  'M0-4.4l1.2 2.8l3 .3l-2.3 2l.8 3l-2.7-1.6l-2.7 1.6l.8-3l-2.3-2l3-.3z',
];

export function colorClass(at: number): string {
  return `p${(at % COLORS) + 1}`;
}

/** The n-th series' shape at a place. */
export function mark(at: number, x: number, y: number, size = 1): Markup {
  const shape = SHAPES[(at + Math.floor(at / COLORS)) % SHAPES.length]!;
  const place = `translate(${round(x)} ${round(y)})${size === 1 ? '' : ` scale(${size})`}`;
  return h('path', { class: 'mark', d: shape, transform: place });
}

/** How a series is drawn, as far as a key shows it. */
export type KeyKind = 'line' | 'marked line' | 'dots' | 'bar';

export function keyKindOf(figure: Figure): KeyKind {
  if (figure.kind === 'lines') return figure.markers ? 'marked line' : 'line';
  return figure.kind === 'scatter' ? 'dots' : 'bar';
}

/** A piece of the series as it is drawn, 24 by 10. */
export function keyShape(at: number, kind: KeyKind): Markup {
  return h(
    'g',
    { class: colorClass(at) },
    kind === 'line' || kind === 'marked line'
      ? h('line', { class: 'line', x1: 2, x2: 22, y1: 5, y2: 5 })
      : undefined,
    kind === 'bar' ? h('rect', { class: 'bar', x: 4, y: 1, width: 16, height: 8 }) : undefined,
    kind === 'marked line' || kind === 'dots' ? mark(at, 12, 5) : undefined,
  );
}

/** To stand beside the series' name. */
export function seriesKey(at: number, kind: KeyKind): Markup {
  return h(
    'svg',
    { viewBox: '0 0 24 10', width: 24, height: 10, class: 'key', 'aria-hidden': 'true' },
    keyShape(at, kind),
  );
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
