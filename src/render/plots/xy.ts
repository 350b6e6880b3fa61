// Lines and dots over two axes of numbers.
import type { LinesFigure, ScatterFigure } from '../../plots/figure.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, leftAxis } from '../chart/frame.ts';
import { linear, type Scale } from '../chart/scale.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { boxFor, hoverAxis, type Reach, reachOf, scaleOf, short } from './axes.ts';
import { findingOf } from './finding.ts';
import { colorClass, mark, round } from './marks.ts';

const HEIGHT = 220;
const SQUARE = 330;
const UNIT: Reach = { domain: [0, 1], marks: [0, 0.2, 0.4, 0.6, 0.8, 1], text: String };

type XY = readonly [number, number];

export function linesChart(figure: LinesFigure): Markup {
  const { square, series, markers } = figure;
  const frame = frameOf(figure, square ? SQUARE : HEIGHT, square ? UNIT : undefined, 'tight');
  const { x, y } = frame;
  const guide = square
    ? h('path', {
        class: 'guide',
        d: path(
          [
            [0, 0],
            [1, 1],
          ],
          x,
          y,
        ),
      })
    : undefined;
  const lines = series.map(({ name, color, points, behind }) => [
    behind ? h('path', { class: `line pale ${colorClass(color)}`, d: path(behind, x, y) }) : undefined,
    h(
      'g',
      { class: colorClass(color), 'data-name': name, 'data-xy': coordinates(points) },
      points.length > 1 ? h('path', { class: 'line', d: path(points, x, y) }) : undefined,
      places(points, x, y, markers || points.length === 1 ? MARKS : 0, color).map(([px, py]) =>
        mark(color, px, py),
      ),
    ),
  ]);
  return frame.draw(guide, lines);
}

/** From so many dots on they are small. */
const CROWD = 200;

export function scatterChart(figure: ScatterFigure): Markup {
  const frame = frameOf(figure, HEIGHT + 40, undefined, 'loose');
  const { x, y } = frame;
  const size = figure.series.some(({ points }) => points.length > CROWD) ? 0.6 : 0.9;
  return frame.draw(
    figure.series.map(({ name, color, points }) =>
      h(
        'g',
        {
          class: `dots ${colorClass(color)}`,
          'data-name': name,
          'data-xy': coordinates(points),
          'data-dots': '1',
        },
        points.map(([px, py]) => mark(color, x(px), y(py), size)),
      ),
    ),
  );
}

interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  draw(...children: readonly Child[]): Markup;
}

function frameOf(
  figure: LinesFigure | ScatterFigure,
  height: number,
  fixed: Reach | undefined,
  xEnds: 'tight' | 'loose',
): Frame {
  const values = (at: 0 | 1): Iterable<number> => valuesOf(figure, at);
  const xReach = fixed ?? reachOf(figure.x, values(0), xEnds, 5);
  const yReach = fixed ?? reachOf(figure.y, values(1), 'loose', 6);
  // The title above the picture need not stand in it again.
  const label = figure.y.label === figure.title ? '' : figure.y.label;
  const box: Box = boxFor(yReach, CHART_WIDTH, height, { x: figure.x.label, y: label });
  const x = scaleOf(figure.x, xReach, [box.left + (fixed ? 0 : 4), box.right]);
  const y = scaleOf(figure.y, yReach, [box.bottom, box.top]);
  const draw = (...children: readonly Child[]): Markup =>
    chart(
      { title: figure.title, desc: findingOf(figure) },
      CHART_WIDTH,
      height,
      leftAxis(
        {
          scale: y,
          marks: yReach.marks,
          text: yReach.text,
          label: figure.y.label === figure.title ? '' : figure.y.label,
        },
        box,
      ),
      bottomAxis({ scale: x, marks: xReach.marks, text: xReach.text, label: figure.x.label }, box),
      h(
        'g',
        {
          'data-x': hoverAxis(figure.x, x, x(xReach.domain[0]), x(xReach.domain[1])),
          'data-y': hoverAxis(figure.y, y, y(yReach.domain[0]), y(yReach.domain[1])),
          'data-box': `${box.top} ${box.bottom}`,
          'data-label': figure.x.label,
        },
        children,
      ),
    );
  return { x, y, draw };
}

function* valuesOf({ series }: LinesFigure | ScatterFigure, at: 0 | 1): Generator<number> {
  for (const { points, ...rest } of series) {
    for (const point of points) yield point[at];
    if ('behind' in rest && rest.behind) for (const point of rest.behind) yield point[at];
  }
}

function path(points: readonly XY[], x: Scale, y: Scale): string {
  return points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${round(x(px))} ${round(y(py))}`).join('');
}

function coordinates(points: readonly XY[]): string {
  return points.map(([x, y]) => `${short(x)},${short(y)}`).join(' ');
}

/** Markers on a line: few enough to see the line. */
const MARKS = 6;

/** Places for about `count` markers, evenly over the axis, each series a little further right than the one before. */
function places(points: readonly XY[], x: Scale, y: Scale, count: number, series: number): XY[] {
  if (count === 0) return [];
  const placed = points.map(([px, py]): XY => [x(px), y(py)]);
  if (placed.length <= count * 2) return placed;
  const spread = linear([0, count], [placed[0]![0], placed.at(-1)![0]]);
  const shift = 0.2 + 0.6 * ((series * 0.618) % 1);
  let at = 0;
  return Array.from({ length: count }, (_, nth) => {
    while (at < placed.length - 1 && placed[at]![0] < spread(nth + shift)) at++;
    return placed[at]!;
  });
}
