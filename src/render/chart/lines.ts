// Lines over two numeric axes: ROC, precision and recall, calibration.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis } from './frame.ts';
import { linear, ticks } from './scale.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** Marks each point, larger where more rows stand behind it: area in proportion to the weight. */
  readonly weights?: readonly number[];
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
      line.weights ? markers(line, x, y) : undefined,
    ]),
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
