// Places in a text file. A pipeline of 10,000 stages has 60,000 of them and shows none when all is well, so line and
// column are worked out when someone looks.
import type { Location } from '../core/failure.ts';

/** Start and end in UTF-16 units. */
export type Span = readonly [start: number, end: number];

export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** What is underlined ends with the line it starts on. */
  at([start, end]: Span): Location {
    const starts = this.#starts();
    const index = lastNotAfter(starts, start);
    const lineStart = starts[index]!;
    const text = this.text.slice(lineStart, starts[index + 1] ?? this.text.length).replace(/\r?\n$/, '');
    const column = start - lineStart + 1;
    const length = Math.max(1, Math.min(end - start, text.length - column + 1));
    return { file: this.file, line: index + 1, column, length, text };
  }

  #starts(): readonly number[] {
    this.#lineStarts ??= [0, ...[...this.text.matchAll(/\n/g)].map((match) => match.index + 1)];
    return this.#lineStarts;
  }
}

function lastNotAfter(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A Location that finds its span on first use. */
export class LazyLocation implements Location {
  readonly #source: SourceText;
  readonly #find: () => Span;
  #found: Location | undefined;

  constructor(source: SourceText, find: () => Span) {
    this.#source = source;
    this.#find = find;
  }
  get file(): string {
    return this.#source.file;
  }
  get line(): number {
    return this.toJSON().line!;
  }
  get column(): number {
    return this.toJSON().column!;
  }
  get length(): number {
    return this.toJSON().length!;
  }
  get text(): string {
    return this.toJSON().text!;
  }
  /** The same place as plain data. */
  toJSON(): Location {
    this.#found ??= this.#source.at(this.#find());
    return this.#found;
  }
}

/** A location as plain data, whatever it was. */
export function settled(where: Location): Location {
  return where instanceof LazyLocation ? where.toJSON() : where;
}
