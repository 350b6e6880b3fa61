// Plots over names: bars and confusion matrices.
import type { PlotDecl } from '../core/plot.ts';
import { byCodeUnit } from '../util/compare.ts';
import type { BarsFigure, ConfusionFigure } from './figure.ts';
import { isNumeric, leftOutInWords, nothingLeftOut, numberIn } from './numbers.ts';
import type { Cell, Points } from './points.ts';
import { seriesColors, seriesNames } from './series-names.ts';
import type { Source } from './sources.ts';

const MOST_BARS = 30;
const MOST_CLASSES = 40;

/** y names the bars, x says how long. Columns that nobody named: the first of text, the first of numbers. */
export function barsFigure(plot: PlotDecl, title: string, sources: readonly Source[]): BarsFigure {
  const template = plot.template ?? 'bar_horizontal';
  const leftOut = nothingLeftOut();
  const xNames = new Set<string>();
  const read = sources.map((source) => {
    const [name = firstColumn(source.points, 'text')] = source.columns;
    const x = source.x ?? columnOf(source.points, firstColumn(source.points, 'numbers', name));
    if (x) xNames.add(x.name);
    const names = name === undefined ? undefined : source.points.columns.get(name);
    const values = new Map<string, number>();
    for (let row = 0; row < source.points.rows; row++) {
      const value = numberIn(x?.cells[row], leftOut);
      if (!Number.isNaN(value)) values.set(names ? String(names[row] ?? '') : String(row), value);
    }
    return { column: x?.name ?? 'row', values };
  });
  const all = [...new Set(read.flatMap(({ values }) => [...values.keys()]))];
  const longest = (name: string): number =>
    Math.max(...read.map(({ values }) => values.get(name) ?? Number.NEGATIVE_INFINITY));
  const ordered =
    template === 'bar_horizontal_sorted'
      ? all.sort((a, b) => longest(b) - longest(a) || byCodeUnit(a, b))
      : all;
  const categories = ordered.slice(0, MOST_BARS);
  const told = sources.map((source, at) => ({ ...source, column: read[at]!.column }));
  const names = seriesNames(told);
  const colors = seriesColors(told);
  const left = leftOutInWords(leftOut);
  return {
    ...about(plot, title, sources),
    notes: [
      ...new Set(sources.flatMap(({ points }) => points.notes)),
      ...(left ? [left] : []),
      ...(all.length > MOST_BARS ? [`the first ${MOST_BARS} of ${all.length} bars`] : []),
      ...(all.length === 0 ? ['no number to draw'] : []),
    ],
    template,
    kind: 'bars',
    x: { label: plot.xLabel ?? [...xNames].join(', '), scale: 'linear' },
    categories,
    series: read.map(({ values }, at) => ({
      name: names[at]!,
      color: colors[at]!,
      values: categories.map((name) => values.get(name) ?? null),
    })),
  };
}

/** x is what a row is, y what it was taken for. */
export function confusionFigure(
  plot: PlotDecl,
  title: string,
  sources: readonly Source[],
): ConfusionFigure | { readonly problem: string } {
  const pairs = sources.map(pairsOf);
  const missing = pairs.find((each) => 'problem' in each);
  if (missing && 'problem' in missing) return missing;
  const counted = pairs as readonly Pairs[];
  const labels = [...new Set(counted.flatMap(({ actual, predicted }) => [...actual, ...predicted]))].sort(
    byLabel,
  );
  if (labels.length > MOST_CLASSES)
    return { problem: `has ${labels.length} classes, more than the ${MOST_CLASSES} that a matrix shows` };
  const at = new Map(labels.map((label, index) => [label, index]));
  const names = seriesNames(sources.map((source) => ({ ...source, column: '' })));
  return {
    ...about(plot, title, sources),
    notes: [...new Set(sources.flatMap(({ points }) => points.notes))],
    template: plot.template ?? 'confusion',
    kind: 'confusion',
    x: { label: plot.yLabel ?? counted[0]?.column ?? '', scale: 'linear' },
    y: { label: plot.xLabel ?? counted[0]?.row ?? '', scale: 'linear' },
    shares: plot.template === 'confusion_normalized',
    labels,
    matrices: counted.map(({ actual, predicted }, index) => {
      const counts = labels.map(() => labels.map(() => 0));
      for (const [row, label] of actual.entries()) counts[at.get(label)!]![at.get(predicted[row]!)!]!++;
      return { name: names[index]! || sources[index]!.rev, counts };
    }),
  };
}

interface Pairs {
  readonly row: string;
  readonly column: string;
  readonly actual: readonly string[];
  readonly predicted: readonly string[];
}

function pairsOf({ points, columns, x, file }: Source): Pairs | { readonly problem: string } {
  const [predicted] = columns;
  if (x === undefined || predicted === undefined)
    return {
      problem: `${file}: name the columns of the actual and the predicted class: -x actual -y predicted; it has ${[...points.columns.keys()].join(', ')}`,
    };
  const rows = Array.from({ length: points.rows }, (_, at) => at).filter(
    (at) => (x.cells[at] ?? null) !== null && (points.columns.get(predicted)![at] ?? null) !== null,
  );
  return {
    row: x.name,
    column: predicted,
    actual: rows.map((at) => String(x.cells[at])),
    predicted: rows.map((at) => String(points.columns.get(predicted)![at])),
  };
}

function byLabel(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  return Number.isNaN(left) || Number.isNaN(right) ? byCodeUnit(a, b) : left - right;
}

function firstColumn(points: Points, of: 'text' | 'numbers', not?: string): string | undefined {
  return [...points.columns].find(
    ([name, cells]) => name !== not && isNumeric(cells) === (of === 'numbers'),
  )?.[0];
}

function columnOf(
  points: Points,
  name: string | undefined,
): { readonly name: string; readonly cells: readonly Cell[] } | undefined {
  return name === undefined ? undefined : { name, cells: points.columns.get(name)! };
}

function about(plot: PlotDecl, title: string, sources: readonly Source[]) {
  return { id: plot.id, title, files: [...new Set(sources.map(({ file }) => file))] };
}
