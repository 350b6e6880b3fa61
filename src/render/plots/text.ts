// Plots on a terminal: a line a series, with its course as a row of blocks and the numbers one reads first.

import type { PlotScale } from '../../core/plot.ts';
import type { Figure, PlotTrouble, SeriesSummary } from '../../plots/figure.ts';
import { formatScore } from '../run/headline.ts';
import { type Column, renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';
import { truncate, visible } from '../text-width.ts';
import { rightShare } from './finding.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII_BLOCKS = '_.-~=*#@';

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
            rows: figure.series.map(({ name, summary, auc }) => [
              short(name),
              sparkline(summary, figure.y.scale, style),
              score(auc),
            ]),
          }
        : {
            columns: [{ title: '' }, { title: '' }, right('last'), right('min'), right('max')],
            rows: figure.series.map(({ name, summary }) => [
              short(name),
              sparkline(summary, figure.y.scale, style),
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

/** A block for each stretch of the axis; one without a value stays empty. */
function sparkline(summary: SeriesSummary | undefined, scale: PlotScale, { symbols }: Style): string {
  const blocks = symbols.ellipsis === '…' ? BLOCKS : ASCII_BLOCKS;
  const heights = (summary?.course ?? []).map((mean) =>
    mean === null ? Number.NaN : scale === 'log' ? Math.log(mean) : mean,
  );
  const there = heights.filter((height) => !Number.isNaN(height));
  const [low, high] = [Math.min(...there), Math.max(...there)];
  return heights
    .map((height) => {
      if (Number.isNaN(height)) return ' ';
      return blocks[high > low ? Math.round(((height - low) / (high - low)) * (blocks.length - 1)) : 3]!;
    })
    .join('');
}
