// Partial dependence (Friedman 2001) and individual curves (Goldstein et al. 2015): the model's mean answer when a column
// has the same value in every row, for each value of a grid. Agrees with scikit-learn's partial_dependence, method brute.
//
// Rows are asked about that may not exist (a night at 35 °C): the density beside the curve says where there are data.
import { randomFrom } from '../../util/random.ts';
import { type Column, type Frame, takeRows } from '../frame/frame.ts';
import { stackFrames } from '../frame/stack.ts';
import { sampleRows } from '../stats/sample.ts';
import { gridOf } from './grid.ts';
import type { Interpretable } from './interpretable.ts';
import type { Asked, Explanandum } from './load.ts';
import type { ExplainOptions } from './options.ts';
import type { PdpCurve, PdpPair } from './report.ts';

/** Categories beyond these are rare, and left out. */
const MOST_CATEGORIES = 20;
const PAIR_POINTS = 20;
const PAIR_ROWS = 200;

/** Values that a group of columns takes, one after the other, in every row. */
interface Axis {
  readonly kind: 'numeric' | 'categorical';
  readonly columns: readonly string[];
  readonly at: readonly (number | string)[];
  /** Gives, for each value, a row of the table that has it; a number gets a row of its own. */
  readonly rows: Int32Array;
  readonly density: readonly number[];
}

type Table = Pick<Asked, 'frame' | 'rows' | 'reference' | 'features' | 'mapped' | 'over'>;

export interface Dependence {
  readonly asked: Table;
  readonly answer: Explanandum['of'];
  readonly options: ExplainOptions;
}

/** null: the column does not vary where most rows are. */
export async function dependenceOf(input: Dependence, of: Interpretable): Promise<PdpCurve | null> {
  const { asked, answer, options } = input;
  const rows = sampleRows(asked.rows, options.pdp.rows, randomFrom(options.seed));
  const table = tableWith(input, [of], options.pdp.points);
  const [axis] = table.axes;
  if (!axis || axis.at.length < 2) return null;
  const ask = asked.over(table.frame);
  const answers = answer(
    await ask(Array.from(axis.rows, (from) => ({ rows, changes: [{ columns: axis.columns, from }] }))),
  );
  const mean = axis.at.map((_, point) => meanOf(answers, point * rows.length, rows.length));
  const drawn = sampleRows(rows.length, options.pdp.curves, randomFrom(options.seed));
  const curves = Array.from(drawn, (row) =>
    axis.at.map((_, point) => answers[point * rows.length + row]! - answers[row]!),
  );
  return { name: of.name, kind: axis.kind, at: axis.at, mean, curves, density: axis.density };
}

export async function pairDependence(
  input: Dependence,
  pair: readonly [Interpretable, Interpretable],
): Promise<PdpPair | null> {
  const { asked, answer, options } = input;
  const rows = sampleRows(asked.rows, Math.min(options.pdp.rows, PAIR_ROWS), randomFrom(options.seed));
  const table = tableWith(input, pair, PAIR_POINTS);
  const [first, second] = table.axes;
  if (!first || !second || first.at.length < 2 || second.at.length < 2) return null;
  const patches = Array.from(first.rows, (a) =>
    Array.from(second.rows, (b) => ({
      rows,
      changes: [
        { columns: first.columns, from: a },
        { columns: second.columns, from: b },
      ],
    })),
  );
  const answers = answer(await asked.over(table.frame)(patches.flat()));
  const width = second.at.length;
  const mean = first.at.map((_, i) =>
    second.at.map((__, j) => meanOf(answers, (i * width + j) * rows.length, rows.length)),
  );
  return { names: [pair[0].name, pair[1].name], at: [first.at, second.at], mean };
}

/** Rows that the model is asked about at most: for one column, and for a pair. */
export function dependenceCalls(
  options: ExplainOptions,
  rows: number,
): { readonly one: number; readonly pair: number } {
  const { pdp } = options;
  return {
    one: pdp.points * Math.min(pdp.rows, rows),
    pair: PAIR_POINTS ** 2 * Math.min(pdp.rows, PAIR_ROWS, rows),
  };
}

/** The table of the data with a row more for each number of a grid; an axis is null where nothing varies. */
function tableWith(
  { asked, options }: Dependence,
  of: readonly Interpretable[],
  points: number,
): { readonly frame: Frame; readonly axes: readonly (Axis | null)[] } {
  let frame: Frame = {
    rows: asked.frame.rows,
    columns: new Map(asked.features.map((name) => [name, asked.frame.columns.get(name)!])),
  };
  const axes = of.map((each) => {
    const column = asked.frame.columns.get(each.columns[0]!)!;
    if (each.edges === null || column.kind !== 'numeric') return categoryAxis(each, asked, options);
    const values = Float64Array.from(asked.reference, (row) => column.values[row]!);
    const grid = gridOf(values, points, options.pdp.percentiles);
    if (grid === null) return null;
    const at = isWhole(asked, each.columns[0]!) ? Float64Array.from(new Set(grid.map(Math.round))) : grid;
    const from = frame.rows;
    frame = stackFrames(frame, rowsOf(frame, each.columns[0]!, at), asked.features);
    return {
      kind: 'numeric' as const,
      columns: each.columns,
      at: [...at],
      rows: Int32Array.from(at, (_, point) => from + point),
      density: densityOf(values, at),
    };
  });
  return { frame, axes };
}

/** Copies of the first row with these values of one column. */
function rowsOf(frame: Frame, name: string, values: Float64Array): Frame {
  const copies = takeRows(frame, new Int32Array(values.length));
  const column = { ...copies.columns.get(name)!, values, nulls: 0 } as Column;
  return { rows: values.length, columns: new Map(copies.columns).set(name, column) };
}

function isWhole({ mapped }: Table, column: string): boolean {
  return mapped.some(({ dtype, columns }) => columns.includes(column) && !/^(float|string)/.test(dtype));
}

/** The most frequent values of the reference, as long as enough rows have them to be named. */
function categoryAxis(
  { columns, codes, words, name }: Interpretable,
  { reference }: Table,
  options: ExplainOptions,
): Axis {
  const counts = new Map<number, number>();
  const rowOf = new Map<number, number>();
  for (const row of reference) {
    counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1);
    if (!rowOf.has(codes[row]!)) rowOf.set(codes[row]!, row);
  }
  const kept = [...counts]
    .filter(([, count]) => count >= options.privacy.min_count)
    .sort((a, b) => b[1] - a[1] || (words(a[0]) < words(b[0]) ? -1 : 1))
    .slice(0, MOST_CATEGORIES);
  return {
    kind: 'categorical',
    columns,
    at: kept.map(([code]) => nameOnAxis(words(code), name)),
    rows: Int32Array.from(kept, ([code]) => rowOf.get(code)!),
    density: kept.map(([, count]) => count / reference.length),
  };
}

/** `weather = rain` on an axis called weather is `rain`. */
function nameOnAxis(words: string, name: string): string {
  return words.startsWith(`${name} = `)
    ? words.slice(name.length + 3)
    : words.startsWith(`${name} `)
      ? words.slice(name.length + 1)
      : words;
}

/** Share of the values nearest to each point of the grid. */
function densityOf(values: Float64Array, grid: Float64Array): readonly number[] {
  const counts = new Array<number>(grid.length).fill(0);
  let known = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    known++;
    let [low, high] = [0, grid.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (grid[middle]! + grid[middle + 1]!) / 2) high = middle;
      else low = middle + 1;
    }
    counts[low]!++;
  }
  return counts.map((count) => (known === 0 ? 0 : count / known));
}

function meanOf(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let at = from; at < from + count; at++) sum += values[at]!;
  return sum / count;
}
