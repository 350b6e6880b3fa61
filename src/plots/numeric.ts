// Columns of files as tracks of numbers, with what had to be left out; and what lines and dots have in common.
import type { PlotDecl } from '../core/plot.ts';
import type { SeriesSummary } from './figure.ts';
import { leftOutInWords, nothingLeftOut, numberIn } from './numbers.ts';
import { seriesColors, seriesNames, type Told } from './series-names.ts';
import type { Source } from './sources.ts';
import { courseOf, type Track } from './track.ts';

/** Blocks of the line that a terminal shows. */
const STRETCHES = 32;

/** One column of one source. */
export interface Column {
  readonly source: Source;
  readonly column: string;
}

export interface Drawn {
  readonly track: Track;
  readonly notes: readonly string[];
  readonly xName: string;
}

/** Which series is which: a name and a colour for each column. */
export interface Legend {
  readonly names: readonly string[];
  readonly colors: readonly number[];
}

export function legendOf(columns: readonly Column[]): Legend {
  const told = columns.map(toldOf);
  return { names: seriesNames(told), colors: seriesColors(told) };
}

function toldOf({ source, column }: Column): Told {
  const { rev, revAt, revs, file } = source;
  return { rev, revAt, revs, file, column };
}

/** Rows where both are numbers, and above zero on an axis that is logarithmic. */
export function drawnOf({ xScale, yScale }: PlotDecl, { source, column }: Column): Drawn {
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

/** What a figure says of itself; `notes` are those of the figure, beside those of its series. */
export function aboutColumns(
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

export function axesOf(plot: PlotDecl, columns: readonly Column[], drawn: readonly Drawn[]) {
  const names = new Set(columns.map(({ column }) => column));
  return {
    x: { label: plot.xLabel ?? drawn[0]?.xName ?? '', scale: plot.xScale ?? 'linear' },
    y: { label: plot.yLabel ?? (names.size === 1 ? [...names][0]! : ''), scale: plot.yScale ?? 'linear' },
  } as const;
}

export function summaryOf(track: Track): { readonly summary?: SeriesSummary } {
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
