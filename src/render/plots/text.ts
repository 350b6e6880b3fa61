// Plots on a terminal: a line a series, with its course as a row of blocks and the numbers one reads first.

import type { PlotScale } from '../../core/plot.ts';
import type { Figure, PlotTrouble } from '../../plots/figure.ts';
import { formatScore } from '../run/headline.ts';
import { type Column, renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { truncate, visible } from '../text-width.ts';
import { rightShare } from './finding.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII_BLOCKS = '_.-~=*#@';
const WIDTH = 32;

type XY = readonly [number, number];

export function renderPlotsText(figures: readonly Figure[], style: Style): string {
  return figures
    .map((figure) => {
      const files = figure.files.filter((file) => file !== figure.title).join(', ');
      const head = `${style.color.bold(visible(figure.title))}${files ? style.color.dim(`  ${visible(files)}`) : ''}`;
      const notes = figure.notes.map((note) => `  ${style.color.dim(visible(note))}\n`).join('');
      return `${head}\n${indented(tableOf(figure, style))}${notes}`;
    })
    .join('\n');
}

export function renderPlotTroubles(troubles: readonly PlotTrouble[], style: Style): string {
  return troubles
    .map(
      ({ rev, file, problem }) =>
        `${style.color.yellow('!')} ${visible(file)} of ${visible(rev)} ${visible(problem)}\n`,
    )
    .join('');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function tableOf(figure: Figure, style: Style): string {
  const { columns, rows } = cellsOf(figure, style);
  return renderTable(columns, rows, style);
}

interface Cells {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

const right = (title: string): Column => ({ title, align: 'right' });

function cellsOf(figure: Figure, style: Style): Cells {
  const { symbols } = style;
  const score = (value: number | null | undefined): string =>
    value === null || value === undefined ? symbols.minus : formatScore(value, symbols);
  const short = (name: string): string => truncate(name, 40, symbols.ellipsis);
  switch (figure.kind) {
    case 'lines':
      return figure.square
        ? {
            columns: [{ title: '' }, { title: '' }, right('AUC')],
            rows: figure.series.map(({ name, points, auc }) => [
              short(name),
              sparkline(points, figure.y.scale, style),
              score(auc),
            ]),
          }
        : {
            columns: [{ title: '' }, { title: '' }, right('last'), right('min'), right('max')],
            rows: figure.series.map(({ name, points, summary }) => [
              short(name),
              sparkline(points, figure.y.scale, style),
              score(summary?.last),
              score(summary?.min),
              score(summary?.max),
            ]),
          };
    case 'scatter':
      return {
        columns: [{ title: '' }, right('rows'), right('min'), right('max')],
        rows: figure.series.map(({ name, summary }) => [
          short(name),
          String(summary?.count ?? 0),
          score(summary?.min),
          score(summary?.max),
        ]),
      };
    case 'bars':
      return {
        columns: [{ title: '' }, ...figure.series.map(({ name }) => right(short(name)))],
        rows: figure.categories.map((name, at) => [
          short(name),
          ...figure.series.map(({ values }) => score(values[at])),
        ]),
      };
    case 'confusion':
      return {
        columns: [{ title: '' }, right('rows'), right('on the diagonal')],
        rows: figure.matrices.map(({ name, counts }) => [
          short(name),
          String(counts.flat().reduce((sum, count) => sum + count, 0)),
          `${(100 * rightShare(counts)).toFixed(1)} %`,
        ]),
      };
  }
}

/** The mean of each stretch of the axis; a stretch without a point stays empty. */
function sparkline(points: readonly XY[], scale: PlotScale, { symbols }: Style): string {
  if (points.length === 0) return '';
  const blocks = symbols.ellipsis === '…' ? BLOCKS : ASCII_BLOCKS;
  const width = Math.min(WIDTH, points.length);
  const [from, to] = [points[0]![0], points.at(-1)![0]];
  const sums = new Array<number>(width).fill(0);
  const counts = new Array<number>(width).fill(0);
  for (const [x, y] of points) {
    const at = to > from ? Math.min(width - 1, Math.floor(((x - from) / (to - from)) * width)) : 0;
    sums[at]! += scale === 'log' ? Math.log(y) : y;
    counts[at]!++;
  }
  const means = sums.map((sum, at) => sum / counts[at]!);
  const there = means.filter((mean) => !Number.isNaN(mean));
  const [low, high] = [Math.min(...there), Math.max(...there)];
  return means
    .map((mean) => {
      if (Number.isNaN(mean)) return ' ';
      return blocks[high > low ? Math.round(((mean - low) / (high - low)) * (blocks.length - 1)) : 3]!;
    })
    .join('');
}
