// A dot a row over two numeric axes.
import type { PlotDecl } from '../core/plot.ts';
import { formatCount } from '../util/units.ts';
import type { ScatterFigure, Series } from './figure.ts';
import { aboutColumns, axesOf, type Column, drawnOf, legendOf, summaryOf } from './numeric.ts';
import { pointsOf, type Track, type XY } from './track.ts';

const MOST_DOTS = 2000;

export function scatterFigure(plot: PlotDecl, title: string, columns: readonly Column[]): ScatterFigure {
  const template = plot.template ?? 'scatter';
  const drawn = columns.map((each) => drawnOf(plot, each));
  const { names, colors } = legendOf(columns);
  const thinned = drawn.some(({ track }) => track.xs.length > MOST_DOTS);
  return {
    ...aboutColumns(plot, title, columns, drawn, names, [
      ...(thinned ? [`of more than ${formatCount(MOST_DOTS)} dots every n-th is drawn`] : []),
      ...(template === 'scatter_jitter' ? ['dots are moved aside a little'] : []),
    ]),
    kind: 'scatter',
    template,
    ...axesOf(plot, columns, drawn),
    series: drawn.map(
      ({ track }, at): Series => ({
        name: names[at]!,
        color: colors[at]!,
        points: template === 'scatter_jitter' ? jittered(everyNth(track)) : everyNth(track),
        ...summaryOf(track),
      }),
    ),
  };
}

function everyNth(track: Track): readonly XY[] {
  const { length } = track.xs;
  const step = Math.max(1, Math.ceil(length / MOST_DOTS));
  const places = Array.from({ length: Math.ceil(length / step) }, (_, at) => at * step);
  return pointsOf(track, places);
}

/** The same dots move by the same amounts every time: the golden ratio spreads them evenly. */
function jittered(points: readonly XY[]): readonly XY[] {
  const spread = (of: (point: XY) => number): number => {
    const values = [...new Set(points.map(of))].sort((a, b) => a - b);
    const gaps = values.slice(1).map((value, at) => value - values[at]!);
    return gaps.reduce((least, gap) => Math.min(least, gap), Number.POSITIVE_INFINITY);
  };
  const [dx, dy] = [spread(([x]) => x), spread(([, y]) => y)].map((gap) =>
    Number.isFinite(gap) ? gap * 0.5 : 0,
  );
  return points.map(
    ([x, y], at): XY => [
      x + dx! * (((at + 1) * 0.618034) % 1) - dx! / 2,
      y + dy! * (((at + 1) * 0.754878) % 1) - dy! / 2,
    ],
  );
}
