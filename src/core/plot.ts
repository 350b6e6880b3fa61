// A plot as it is declared: which columns of which files are drawn, and how. No data, no picture.
import type { Location } from './failure.ts';
import type { RepoPath } from './ids.ts';

/** Named as in DVC; `roc` is ours. */
export const PLOT_TEMPLATES = [
  'linear',
  'simple',
  'smooth',
  'scatter',
  'scatter_jitter',
  'bar_horizontal',
  'bar_horizontal_sorted',
  'confusion',
  'confusion_normalized',
  'roc',
] as const;

export type PlotTemplate = (typeof PLOT_TEMPLATES)[number];

export const PLOT_SCALES = ['linear', 'log'] as const;
export type PlotScale = (typeof PLOT_SCALES)[number];

/** Columns of a file or folder. None named: those that the template finds. */
export interface PlotColumns {
  readonly file: RepoPath;
  readonly columns: readonly string[];
}

/** Without `file` the column stands in each file that y names. */
export interface PlotX {
  readonly file?: RepoPath;
  readonly column: string;
}

export interface PlotLook {
  readonly title?: string;
  readonly template?: PlotTemplate;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xScale?: PlotScale;
  readonly yScale?: PlotScale;
  /** false: a CSV without a line of names; its columns are called 0, 1, 2 … */
  readonly header?: boolean;
}

export interface PlotDecl extends PlotLook {
  /** A name, or the path that is drawn. */
  readonly id: string;
  /** Empty: the column `step`, else the row's number. One, or as many as y has files. */
  readonly x: readonly PlotX[];
  readonly y: readonly PlotColumns[];
  readonly where: Location;
}
