// Plots over two numeric axes: lines, dots, ROC curves.
import type { PlotDecl } from '../core/plot.ts';
import { formatCount } from '../util/units.ts';
import { downsample, type XY } from './downsample.ts';
import type { LinesFigure, ScatterFigure, Series, SeriesSummary } from './figure.ts';
import { leftOutInWords, nothingLeftOut, numberIn } from './numbers.ts';
import { seriesColors, seriesNames, type Told } from './series-names.ts';
import { loess, SPAN } from './smooth.ts';
import type { Source } from './sources.ts';

/** Two points to the pixel of a chart, about. */
const MOST_POINTS = 600;
const MOST_DOTS = 2000;

/** One column of one source. */
export interface Column {
  readonly source: Source;
  readonly column: string;
}

interface Drawn {
  readonly points: readonly XY[];
  readonly notes: readonly string[];
  readonly xName: string;
}

export function linesFigure(plot: PlotDecl, title: string, columns: readonly Column[]): LinesFigure {
  const template = plot.template ?? 'linear';
  const square = template === 'roc';
  const drawn = columns.map((each) => inOrder(pointsOf(plot, each)));
  const told = columns.map(toldOf);
  const names = seriesNames(told);
  const colors = seriesColors(told);
  const thinned = drawn.filter(({ points }) => points.length > MOST_POINTS).length;
  const smooth = template === 'smooth';
  return {
    ...about(plot, title, columns, drawn, names, [
      ...(thinned > 0 ? [`lines of more than ${MOST_POINTS} points are thinned by LTTB`] : []),
      ...(smooth ? [`smoothed by LOESS, span ${100 * SPAN} %; the points behind in pale`] : []),
    ]),
    kind: 'lines',
    template,
    ...axes(plot, columns, drawn),
    square,
    markers: template !== 'simple',
    series: drawn.map(({ points }, at): Series => {
      const shown = downsample(points, MOST_POINTS);
      return {
        name: names[at]!,
        color: colors[at]!,
        points: smooth ? loess(points) : shown,
        ...(smooth ? { behind: shown } : {}),
        ...summaryOf(points),
        ...(square && points.length > 1 ? { auc: area(points) } : {}),
      };
    }),
  };
}

export function scatterFigure(plot: PlotDecl, title: string, columns: readonly Column[]): ScatterFigure {
  const template = plot.template ?? 'scatter';
  const drawn = columns.map((each) => pointsOf(plot, each));
  const told = columns.map(toldOf);
  const names = seriesNames(told);
  const colors = seriesColors(told);
  const thinned = drawn.some(({ points }) => points.length > MOST_DOTS);
  return {
    ...about(plot, title, columns, drawn, names, [
      ...(thinned ? [`of more than ${formatCount(MOST_DOTS)} dots every n-th is drawn`] : []),
      ...(template === 'scatter_jitter' ? ['dots are moved aside a little'] : []),
    ]),
    kind: 'scatter',
    template,
    ...axes(plot, columns, drawn),
    series: drawn.map(
      ({ points }, at): Series => ({
        name: names[at]!,
        color: colors[at]!,
        points: template === 'scatter_jitter' ? jittered(everyNth(points)) : everyNth(points),
        ...summaryOf(points),
      }),
    ),
  };
}

function toldOf({ source, column }: Column): Told {
  const { rev, revAt, revs, file } = source;
  return { rev, revAt, revs, file, column };
}

/** Rows where both are numbers, and above zero on an axis that is logarithmic. */
function pointsOf({ xScale, yScale }: PlotDecl, { source, column }: Column): Drawn {
  const cells = source.points.columns.get(column)!;
  const leftOut = nothingLeftOut();
  const xLeftOut = nothingLeftOut();
  const xs = source.x?.cells.map((cell) => numberIn(cell, xLeftOut));
  const byRow = xs === undefined || xs.every(Number.isNaN);
  const points: XY[] = [];
  let below = 0;
  for (let row = 0; row < Math.min(cells.length, xs?.length ?? cells.length); row++) {
    const y = numberIn(cells[row], leftOut);
    const x = byRow ? row : xs[row]!;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    if ((yScale === 'log' && y <= 0) || (xScale === 'log' && x <= 0)) below++;
    else points.push([x, y]);
  }
  const left = leftOutInWords(leftOut);
  const xLeft = byRow ? undefined : leftOutInWords(xLeftOut);
  const { x } = source;
  return {
    points,
    xName: byRow ? 'row' : x!.name,
    notes: [
      ...source.points.notes,
      ...(left ? [left] : []),
      ...(xLeft ? [`x: ${xLeft}`] : []),
      ...(x && byRow ? [`x "${x.name}" holds no numbers: drawn by row`] : []),
      ...(xs && xs.length !== cells.length ? [`x has ${xs.length} rows, y ${cells.length}`] : []),
      ...(below > 0 ? [`${below} at or below zero cannot stand on a logarithmic axis`] : []),
      ...(points.length === 0 ? ['no number to draw'] : []),
    ],
  };
}

/** A history that was continued may go back a step; lines go from left to right. */
function inOrder(drawn: Drawn): Drawn {
  const { points } = drawn;
  const rising = points.every(([x], at) => at === 0 || points[at - 1]![0] <= x);
  return rising ? drawn : { ...drawn, points: [...points].sort((a, b) => a[0] - b[0]) };
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

function summaryOf(points: readonly XY[]): { readonly summary?: SeriesSummary } {
  if (points.length === 0) return {};
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [, y] of points) {
    if (y < min) min = y;
    if (y > max) max = y;
  }
  return { summary: { count: points.length, min, max, last: points.at(-1)![1] } };
}

/** By the trapezoidal rule. */
function area(points: readonly XY[]): number {
  let sum = 0;
  for (let at = 1; at < points.length; at++) {
    const [[x0, y0], [x1, y1]] = [points[at - 1]!, points[at]!];
    sum += ((x1 - x0) * (y0 + y1)) / 2;
  }
  return sum;
}

function everyNth(points: readonly XY[]): readonly XY[] {
  const step = Math.ceil(points.length / MOST_DOTS);
  return step <= 1 ? points : points.filter((_, at) => at % step === 0);
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
