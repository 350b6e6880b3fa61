// What is drawn, and where.

export interface Plotted {
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Class of its colour. */
  readonly color: string;
  readonly points: readonly Point[];
  readonly kind: 'line' | 'dots';
}

export type Point = readonly [x: number, y: number];

export interface Axis {
  to(value: number): number;
  back(place: number): number;
}
