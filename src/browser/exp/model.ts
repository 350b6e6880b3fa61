// What the page knows and what the visitor chose. Every part of it listens here, so a row that is chosen, hovered or
// left out is so everywhere.
import type { ExperimentRow, PageData, ValueColumn } from '../../core/experiment-table.ts';
import { filterRows } from '../../experiments/where.ts';
import { titleOf } from '../../render/exp/cells.ts';
import { type Axis, axisOf } from './axis.ts';

/** `rows`: which are shown; `mark`: which is chosen or pointed at; `color`: by what they are coloured. */
export type Change = 'rows' | 'mark' | 'color';

/** Part of an axis, both ends from 0 to 1. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export class Model {
  readonly data: PageData;
  readonly rows: readonly ExperimentRow[];
  readonly columns: readonly ValueColumn[];
  /** Of every column in which rows differ. */
  readonly axes: readonly Axis[];
  readonly ranges = new Map<Axis, Range>();
  shown: ReadonlySet<number>;
  chosen: number | undefined;
  hovered: number | undefined;
  color: Axis | undefined;
  filter = '';
  readonly #listeners: { readonly change: Change; readonly hear: () => void }[] = [];
  #kept: ReadonlySet<number>;

  constructor(data: PageData) {
    this.data = data;
    this.rows = data.table.rows;
    this.columns = data.table.columns;
    this.axes = data.cells
      .filter(({ kind }) => kind !== 'name')
      .flatMap((cell) => axisOf(cell, titleOf(cell, this.columns), this.rows, this.columns) ?? []);
    this.#kept = new Set(this.rows.keys());
    this.shown = this.#kept;
    this.color = this.axes.find(({ better }) => better !== null) ?? this.axes.at(-1);
  }

  on(changes: readonly Change[], hear: () => void): void {
    for (const change of changes) this.#listeners.push({ change, hear });
  }

  /** A condition as `--where` takes it; words without a comparison are looked for in names. @throws MlopsError for what is neither */
  filterBy(text: string): void {
    const trimmed = text.trim();
    const isName = /^[\w.:/@ -]+$/.test(trimmed) && !/\b(and|or|not)\b/.test(trimmed);
    const kept =
      trimmed === ''
        ? this.rows
        : isName
          ? this.rows.filter(({ name }) => name.toLowerCase().includes(trimmed.toLowerCase()))
          : filterRows(text, this.data.table, new Date()).rows;
    const wanted = new Set(kept);
    this.filter = trimmed;
    this.#kept = new Set([...this.rows.keys()].filter((at) => wanted.has(this.rows[at]!)));
    this.#show();
  }

  /** Undefined: all of the axis. */
  limit(axis: Axis, range: Range | undefined): void {
    if (range === undefined || (range.from <= 0 && range.to >= 1)) this.ranges.delete(axis);
    else this.ranges.set(axis, range);
    this.#show();
  }

  showAll(): void {
    this.ranges.clear();
    this.filterBy('');
  }

  /** The row that is chosen already is let go. */
  choose(row: number | undefined): void {
    this.chosen = row === this.chosen ? undefined : row;
    this.#tell('mark');
  }

  hover(row: number | undefined): void {
    if (row === this.hovered) return;
    this.hovered = row;
    this.#tell('mark');
  }

  colorBy(axis: Axis): void {
    this.color = axis;
    this.#tell('color');
  }

  #show(): void {
    const ranges = [...this.ranges];
    const inside = (row: number): boolean =>
      ranges.every(([{ places }, { from, to }]) => places[row]! >= from && places[row]! <= to);
    this.shown = new Set([...this.#kept].filter(inside));
    this.#tell('rows');
  }

  #tell(changed: Change): void {
    for (const { change, hear } of this.#listeners) if (change === changed) hear();
  }
}
