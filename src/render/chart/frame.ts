// The frame every chart stands in: title and description for those who cannot see it, axes, grid.
import { type Child, h, type Markup } from '../markup.ts';
import { type Scale, tickText } from './scale.ts';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Labels {
  /** What the picture shows, for screen readers and tooltips. */
  readonly title: string;
  /** What it says: the finding in words. */
  readonly desc: string;
}

/** Charts are drawn for a column of a phone, so that their words stay readable there. */
export const CHART_WIDTH = 340;

export function chart(labels: Labels, width: number, height: number, ...children: readonly Child[]): Markup {
  return h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      class: 'chart',
      'aria-label': `${labels.title}. ${labels.desc}`,
    },
    h('title', {}, labels.title),
    h('desc', {}, labels.desc),
    children,
  );
}

export interface Axis {
  readonly scale: Scale;
  readonly marks: readonly number[];
  readonly label?: string;
  readonly text?: (value: number) => string;
}

export function bottomAxis(axis: Axis, box: Box): Markup[] {
  const text = axis.text ?? tickText;
  return [
    h('line', { class: 'axis', x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom }),
    ...axis.marks.map((mark) =>
      h(
        'text',
        { x: axis.scale(mark), y: box.bottom + 14, class: 'tick', 'text-anchor': 'middle' },
        text(mark),
      ),
    ),
    ...(axis.label
      ? [
          h(
            'text',
            { x: (box.left + box.right) / 2, y: box.bottom + 30, class: 'label', 'text-anchor': 'middle' },
            axis.label,
          ),
        ]
      : []),
  ];
}

/** Marks on the left with a grid line each; the label stands above the axis, upright. */
export function leftAxis(axis: Axis, box: Box): Markup[] {
  const text = axis.text ?? tickText;
  return [
    ...axis.marks.map((mark) =>
      h('line', {
        class: 'gridline',
        x1: box.left,
        x2: box.right,
        y1: axis.scale(mark),
        y2: axis.scale(mark),
      }),
    ),
    ...axis.marks.map((mark) =>
      h(
        'text',
        { x: box.left - 6, y: axis.scale(mark) + 3.5, class: 'tick', 'text-anchor': 'end' },
        text(mark),
      ),
    ),
    ...(axis.label ? [h('text', { x: 2, y: box.top - 9, class: 'label' }, axis.label)] : []),
  ];
}

export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
