// Plots and the files of revisions → figures. A plot that names no column becomes a figure for each column of numbers:
// loss and accuracy have no axis in common.
import type { PlotDecl, PlotTemplate } from '../core/plot.ts';
import { barsFigure, confusionFigure } from './classes.ts';
import type { Figure, PlotTrouble } from './figure.ts';
import { linesFigure } from './lines.ts';
import { isNumeric } from './numbers.ts';
import type { Column } from './numeric.ts';
import { scatterFigure } from './scatter.ts';
import { type Revision, type Source, sourcesOf } from './sources.ts';
import { templateOf } from './templates.ts';

export interface Figures {
  readonly figures: readonly Figure[];
  readonly troubles: readonly PlotTrouble[];
}

/** Of a file with more columns than this the first are drawn. */
const MOST_FIGURES = 24;

export function figuresOf(plots: readonly PlotDecl[], revisions: readonly Revision[]): Figures {
  const all = plots.map((plot) => figuresOfOne(plot, revisions));
  return {
    figures: all.flatMap(({ figures }) => figures),
    troubles: all.flatMap(({ troubles }) => troubles),
  };
}

function figuresOfOne(plot: PlotDecl, revisions: readonly Revision[]): Figures {
  const name: PlotTemplate = plot.template ?? 'linear';
  const { found, troubles } = sourcesOf(plot, revisions, templateOf(name));
  if (found.length === 0) return { figures: [], troubles };
  const title = plot.title ?? nameOf(plot);
  switch (name) {
    case 'bar_horizontal':
    case 'bar_horizontal_sorted':
      return { figures: [barsFigure(plot, title, found)], troubles };
    case 'confusion':
    case 'confusion_normalized': {
      const figure = confusionFigure(plot, title, found);
      return 'problem' in figure
        ? without(plot, found, figure.problem, troubles)
        : { figures: [figure], troubles };
    }
    default:
      return numericFigures(plot, title, found, troubles);
  }
}

/** A path says less than the one column of it that is drawn. */
function nameOf({ id, y }: PlotDecl): string {
  const [only, ...others] = y.flatMap(({ file, columns }) => (file === id ? columns : [id]));
  return only !== undefined && others.length === 0 ? only : id;
}

function numericFigures(
  plot: PlotDecl,
  title: string,
  found: readonly Source[],
  troubles: readonly PlotTrouble[],
): Figures {
  const draw = plot.template?.startsWith('scatter') ? scatterFigure : linesFigure;
  const named = besideEachOther(found);
  if (named.length > 0) return { figures: [draw(plot, title, named)], troubles };
  const names = [...new Set(found.flatMap(numericColumns))];
  if (names.length === 0) return without(plot, found, 'has no column of numbers', troubles);
  const figures = names.slice(0, MOST_FIGURES).map((column) => {
    const having = found.filter(({ points }) => points.columns.has(column));
    return draw(
      plot,
      plot.title === undefined ? column : `${plot.title}: ${column}`,
      having.map((source) => ({ source, column })),
    );
  });
  const more = names.length - figures.length;
  if (more === 0) return { figures, troubles };
  const [first, ...rest] = figures as [Figure, ...Figure[]];
  const note = `${more} more columns of ${plot.id} are not drawn: name those you want with y`;
  return { figures: [{ ...first, notes: [...first.notes, note] }, ...rest], troubles };
}

/** The same column of several revisions stands together: these are compared. */
function besideEachOther(found: readonly Source[]): Column[] {
  const files = [...new Set(found.map(({ file }) => file))];
  return files.flatMap((file) => {
    const sources = found.filter((source) => source.file === file);
    const columns = [...new Set(sources.flatMap((source) => source.columns))];
    return columns.flatMap((column) => sources.map((source): Column => ({ source, column })));
  });
}

function numericColumns({ points, x }: Source): string[] {
  return [...points.columns].flatMap(([name, cells]) => (name !== x?.name && isNumeric(cells) ? [name] : []));
}

function without(
  plot: PlotDecl,
  found: readonly Source[],
  problem: string,
  troubles: readonly PlotTrouble[],
): Figures {
  const own = { rev: found[0]!.rev, file: plot.id, kind: 'unfit', problem } as const;
  return { figures: [], troubles: [...troubles, own] };
}
