// Lines over two numeric axes: ROC, precision and recall, calibration.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis } from './frame.ts';
import { linear, ticks } from './scale.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** Marks each point, larger where more rows stand behind it: area in proportion to the weight. */
  readonly weights?: readonly number[];
  /** From where to where each point could be: a bar through it. */
  readonly ranges?: readonly (readonly [number, number])[];
}

export interface Lines extends Labels {
  readonly lines: readonly Line[];
  /** Without `marks` round numbers are marked. */
  readonly x: {
    readonly label: string;
    readonly domain: readonly [number, number];
    readonly marks?: readonly number[];
  };
  readonly y: { readonly label: string; readonly domain: readonly [number, number] };
  /** What a line would be if there were nothing to see: chance, perfect calibration. */
  readonly guide?: readonly (readonly [number, number])[];
  /** Single points that are spoken of. */
  readonly marks?: readonly { readonly at: readonly [number, number]; readonly text: string }[];
}

const HEIGHT = 330;
const BOX: Box = { left: 36, right: CHART_WIDTH - 10, top: 24, bottom: HEIGHT - 38 };

/** Dashes and colours repeat after this many. */
export const SERIES = 6;

export function lineChart(of: Lines): Markup {
  const x = linear(of.x.domain, [BOX.left, BOX.right]);
  const y = linear(of.y.domain, [BOX.bottom, BOX.top]);
  const path = (points: readonly (readonly [number, number])[]): string =>
    points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${round(x(px))} ${round(y(py))}`).join('');
  return chart(
    of,
    CHART_WIDTH,
    HEIGHT,
    leftAxis({ scale: y, marks: ticks([...of.y.domain], 5), label: of.y.label }, BOX),
    bottomAxis({ scale: x, marks: of.x.marks ?? ticks([...of.x.domain], 5), label: of.x.label }, BOX),
    of.guide ? h('path', { class: 'guide', d: path(of.guide) }) : undefined,
    of.lines.map((line, at) => [
      h(
        'path',
        { class: `series ${seriesClass(at)}`, d: path(thin(line.points)) },
        h('title', {}, line.name),
      ),
      line.ranges ? bars(line, x, y) : undefined,
      line.weights ? markers(line, x, y) : undefined,
    ]),
    (of.marks ?? []).map(({ at, text }) => mark(x(at[0]), y(at[1]), text)),
  );
}

function seriesClass(at: number): string {
  return `s${(at % SERIES) + 1}`;
}

/** A piece of the line as it is drawn, for a legend beside the words. */
export function lineKey(at: number): Markup {
  return h(
    'svg',
    { viewBox: '0 0 28 8', width: 28, height: 8, class: 'key', 'aria-hidden': 'true' },
    h('line', { class: `series ${seriesClass(at)}`, x1: 1, x2: 27, y1: 4, y2: 4 }),
  );
}

function markers(line: Line, x: (v: number) => number, y: (v: number) => number): Markup[] {
  const most = Math.max(...line.weights!, 1);
  return line.points.map(([px, py], at) =>
    h('circle', {
      class: 'ring',
      cx: x(px),
      cy: y(py),
      r: 2 + 4 * Math.sqrt((line.weights![at] ?? 0) / most),
    }),
  );
}

function bars(line: Line, x: (v: number) => number, y: (v: number) => number): Markup[] {
  return line.ranges!.map(([low, high], at) => {
    const px = round(x(line.points[at]![0]));
    return h('line', { class: 'range', x1: px, x2: px, y1: round(y(low)), y2: round(y(high)) });
  });
}

/** The words stand on the side where there is room. */
function mark(px: number, py: number, text: string): Markup[] {
  const left = px > (BOX.left + BOX.right) / 2;
  const low = py < (BOX.top + BOX.bottom) / 2;
  return [
    h('circle', { class: 'dot', cx: round(px), cy: round(py), r: 5 }, h('title', {}, text)),
    h(
      'text',
      {
        x: round(px + (left ? -9 : 9)),
        y: round(py + (low ? 18 : -10)),
        class: 'mark',
        'text-anchor': left ? 'end' : 'start',
      },
      text,
    ),
  ];
}

/** A curve of a million points has no more to show than one a few to the pixel. */
const MAX_POINTS = 600;

function thin<T>(points: readonly T[]): readonly T[] {
  if (points.length <= MAX_POINTS) return points;
  const step = (points.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, at) => points[Math.round(at * step)]!);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
