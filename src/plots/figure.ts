// What is to be drawn, ready for the pencil: axes, series of numbers, counts. `render/plots/` draws it; `--json` prints it.
import type { PlotScale, PlotTemplate } from '../core/plot.ts';
import type { XY } from './track.ts';

export interface FigureAxis {
  readonly label: string;
  readonly scale: PlotScale;
}

export interface SeriesSummary {
  /** Values drawn, before any were thinned. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** Means over equal stretches of the x axis, from all values; null where there is none. */
  readonly course: readonly (number | null)[];
}

export interface Series {
  readonly name: string;
  /** Its place among colours and markers. */
  readonly color: number;
  readonly points: readonly XY[];
  /** Of a smoothed line: what it goes through. */
  readonly behind?: readonly XY[];
  /** Absent where there is no value. */
  readonly summary?: SeriesSummary;
  /** Area under a ROC curve. */
  readonly auc?: number;
}

interface Labelled {
  readonly id: string;
  readonly title: string;
  readonly template: PlotTemplate;
  /** Files that were read, as they were named. */
  readonly files: readonly string[];
  /** What was left out, thinned or guessed, in words. */
  readonly notes: readonly string[];
}

export type LinesFigure = Labelled & {
  readonly kind: 'lines';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  /** Both axes from 0 to 1, with the line of chance. */
  readonly square: boolean;
  readonly markers: boolean;
  readonly series: readonly Series[];
};

export type ScatterFigure = Labelled & {
  readonly kind: 'scatter';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly series: readonly Series[];
};

export type BarsFigure = Labelled & {
  readonly kind: 'bars';
  readonly x: FigureAxis;
  readonly categories: readonly string[];
  /** A value for each category; null where a series has none. */
  readonly series: readonly {
    readonly name: string;
    readonly color: number;
    readonly values: readonly (number | null)[];
  }[];
};

export type ConfusionFigure = Labelled & {
  readonly kind: 'confusion';
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  readonly shares: boolean;
  readonly labels: readonly string[];
  /** Rows are actual classes, columns predicted ones. */
  readonly matrices: readonly { readonly name: string; readonly counts: readonly (readonly number[])[] }[];
};

export type Figure = LinesFigure | ScatterFigure | BarsFigure | ConfusionFigure;

/** A file that could not be drawn, and why; the others are. */
export interface PlotTrouble {
  readonly rev: string;
  readonly file: string;
  /** `absent`: the file is not there, or its bytes are not. */
  readonly kind: 'absent' | 'unfit';
  readonly problem: string;
}
