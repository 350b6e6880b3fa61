// Lines over two numeric axes; a ROC curve is one.
import type { PlotDecl } from '../core/plot.ts';
import { downsample } from './downsample.ts';
import type { LinesFigure, Series } from './figure.ts';
import { aboutColumns, axesOf, type Column, drawnOf, legendOf, summaryOf } from './numeric.ts';
import { loess, SPAN } from './smooth.ts';
import { areaBelow, inOrder, pointsOf } from './track.ts';

/** Two points to the pixel of a chart, about. */
const MOST_POINTS = 600;

export function linesFigure(plot: PlotDecl, title: string, columns: readonly Column[]): LinesFigure {
  const template = plot.template ?? 'linear';
  const square = template === 'roc';
  const drawn = columns.map((each) => {
    const { track, ...more } = drawnOf(plot, each);
    return { track: inOrder(track), ...more };
  });
  const { names, colors } = legendOf(columns);
  const thinned = drawn.some(({ track }) => track.xs.length > MOST_POINTS);
  const smooth = template === 'smooth';
  return {
    ...aboutColumns(plot, title, columns, drawn, names, [
      ...(thinned ? [`lines of more than ${MOST_POINTS} points are thinned by LTTB`] : []),
      ...(smooth ? [`smoothed by LOESS, span ${100 * SPAN} %; the points behind in pale`] : []),
    ]),
    kind: 'lines',
    template,
    ...axesOf(plot, columns, drawn),
    square,
    // One line alone need not be told apart.
    markers: template !== 'simple' && columns.length > 1,
    series: drawn.map(({ track }, at): Series => {
      const shown = pointsOf(track, downsample(track, MOST_POINTS));
      return {
        name: names[at]!,
        color: colors[at]!,
        points: smooth ? loess(track) : shown,
        ...(smooth ? { behind: shown } : {}),
        ...summaryOf(track),
        ...(square && track.xs.length > 1 ? { auc: areaBelow(track) } : {}),
      };
    }),
  };
}
