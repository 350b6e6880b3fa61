// Plots over two numeric axes: lines, dots, ROC curves.
import type { PlotDecl } from '../core/plot.ts';
import { formatCount } from '../util/units.ts';
import { downsample } from './downsample.ts';
import type { LinesFigure, ScatterFigure, Series, SeriesSummary } from './figure.ts';
import { leftOutInWords, nothingLeftOut, numberIn } from './numbers.ts';
import { seriesColors, seriesNames, type Told } from './series-names.ts';
import { loess, SPAN } from './smooth.ts';
import type { Source } from './sources.ts';
import { areaBelow, courseOf, inOrder, pointsOf, type Track, type XY } from './track.ts';

/** Two points to the pixel of a chart, about. */
const MOST_POINTS = 600;
const MOST_DOTS = 2000;

/** Blocks of the line that a terminal shows. */
const STRETCHES = 32;

/** One column of one source. */
export interface Column {
  readonly source: Source;
  readonly column: string;
}

interface Drawn {
  readonly track: Track;
  readonly notes: readonly string[];
  readonly xName: string;
}

export function linesFigure(plot: PlotDecl, title: string, columns: readonly Column[]): LinesFigure {
  const template = plot.template ?? 'linear';
  const square = template === 'roc';
  const drawn = columns.map((each) => {
    const { track, ...more } = drawnOf(plot, each);
    return { track: inOrder(track), ...more };
  });
  const told = columns.map(toldOf);
  const names = seriesNames(told);
  const colors = seriesColors(told);
  const thinned = drawn.some(({ track }) => track.xs.length > MOST_POINTS);
  const smooth = template === 'smooth';
  return {
    ...about(plot, title, columns, drawn, names, [
      ...(thinned ? [`lines of more than ${MOST_POINTS} points are thinned by LTTB`] : []),
      ...(smooth ? [`smoothed by LOESS, span ${100 * SPAN} %; the points behind in pale`] : []),
    ]),
    kind: 'lines',
    template,
    ...axes(plot, columns, drawn),
    square,
    markers: template !== 'simple',
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

export function scatterFigure(plot: PlotDecl, title: string, columns: readonly Column[]): ScatterFigure {
  const template = plot.template ?? 'scatter';
  const drawn = columns.map((each) => drawnOf(plot, each));
  const told = columns.map(toldOf);
  const names = seriesNames(told);
  const colors = seriesColors(told);
  const thinned = drawn.some(({ track }) => track.xs.length > MOST_DOTS);
  return {
    ...about(plot, title, columns, drawn, names, [
      ...(thinned ? [`of more than ${formatCount(MOST_DOTS)} dots every n-th is drawn`] : []),
      ...(template === 'scatter_jitter' ? ['dots are moved aside a little'] : []),
    ]),
    kind: 'scatter',
    template,
    ...axes(plot, columns, drawn),
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

function toldOf({ source, column }: Column): Told {
  const { rev, revAt, revs, file } = source;
  return { rev, revAt, revs, file, column };
}

/** Rows where both are numbers, and above zero on an axis that is logarithmic. */
function drawnOf({ xScale, yScale }: PlotDecl, { source, column }: Column): Drawn {
  const cells = source.points.columns.get(column)!;
  const leftOut = nothingLeftOut();
  const xLeftOut = nothingLeftOut();
  const { x } = source;
  const given = x && Float64Array.from(x.cells, (cell) => numberIn(cell, xLeftOut));
  const byRow = given === undefined || given.every(Number.isNaN);
  const rows = Math.min(cells.length, given?.length ?? cells.length);
  const [xs, ys] = [new Float64Array(rows), new Float64Array(rows)];
  let count = 0;
  let below = 0;
  for (let row = 0; row < rows; row++) {
    const [px, py] = [byRow ? row : given[row]!, numberIn(cells[row], leftOut)];
    if (Number.isNaN(px) || Number.isNaN(py)) continue;
    if ((yScale === 'log' && py <= 0) || (xScale === 'log' && px <= 0)) below++;
    else {
      xs[count] = px;
      ys[count++] = py;
    }
  }
  const left = leftOutInWords(leftOut);
  const xLeft = byRow ? undefined : leftOutInWords(xLeftOut);
  return {
    track: { xs: xs.subarray(0, count), ys: ys.subarray(0, count) },
    xName: byRow ? 'row' : x!.name,
    notes: [
      ...source.points.notes,
      ...(left ? [left] : []),
      ...(xLeft ? [`x: ${xLeft}`] : []),
      ...(x && byRow ? [`x "${x.name}" holds no numbers: drawn by row`] : []),
      ...(given && given.length !== cells.length ? [`x has ${given.length} rows, y ${cells.length}`] : []),
      ...(below > 0 ? [`${below} at or below zero cannot stand on a logarithmic axis`] : []),
      ...(count === 0 ? ['no number to draw'] : []),
    ],
  };
}

function about(
  plot: PlotDecl,
  title: string,
  columns: readonly Column[],
  drawn: readonly Drawn[],
  names: readonly string[],
  notes: readonly string[],
) {
  const several = columns.length > 1;
  const own = drawn.flatMap((each, at) =>
    each.notes.map((note) => (several ? `${names[at]}: ${note}` : note)),
  );
  return {
    id: plot.id,
    title,
    files: [...new Set(columns.map(({ source }) => source.file))],
    notes: [...new Set([...own, ...notes])],
  };
}

function axes(plot: PlotDecl, columns: readonly Column[], drawn: readonly Drawn[]) {
  const names = new Set(columns.map(({ column }) => column));
  return {
    x: { label: plot.xLabel ?? drawn[0]?.xName ?? '', scale: plot.xScale ?? 'linear' },
    y: { label: plot.yLabel ?? (names.size === 1 ? [...names][0]! : ''), scale: plot.yScale ?? 'linear' },
  } as const;
}

function summaryOf(track: Track): { readonly summary?: SeriesSummary } {
  const { ys } = track;
  if (ys.length === 0) return {};
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const y of ys) {
    if (y < min) min = y;
    if (y > max) max = y;
  }
  const course = courseOf(track, Math.min(STRETCHES, ys.length));
  return { summary: { count: ys.length, min, max, last: ys.at(-1)!, course } };
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
