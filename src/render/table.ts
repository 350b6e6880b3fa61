// A table as text: columns as wide as their widest cell, two spaces between, no frame.
import { table } from './markdown/blocks.ts';
import type { Style } from './terminal.ts';
import { padEnd, padStart, textWidth, visible } from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export type Row = readonly string[];

/** Colours a cell that has its width already. */
export type Paint = (cell: string, row: number, column: number) => string;

/** Titles and cells are made harmless and may not be coloured, except by `paint`; rows shorter than the columns are filled with nothing. Ends with a line end unless empty. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  style: Style,
  paint: Paint = (cell) => cell,
): string {
  const titles = columns.map(({ title }) => visible(title));
  const cells = rows.map((row) => columns.map((_, at) => visible(row[at] ?? '')));
  const widths = titles.map((title, at) =>
    cells.reduce((widest, row) => Math.max(widest, textWidth(row[at]!)), textWidth(title)),
  );
  /** Nothing is padded behind the last cell that says something. */
  const padded = (row: Row): string[] => {
    const all = row.map((cell, at) =>
      columns[at]!.align === 'right' ? padStart(cell, widths[at]!) : padEnd(cell, widths[at]!),
    );
    const last = all.findLastIndex((cell) => cell.trim() !== '');
    return all.slice(0, last + 1).map((cell, at) => (at === last ? cell.trimEnd() : cell));
  };
  const head = titles.some((title) => title !== '') ? [style.color.dim(padded(titles).join('   '))] : [];
  const lines = cells.map((row, at) =>
    padded(row)
      .map((cell, column) => paint(cell, at, column))
      .join('   '),
  );
  return [...head, ...lines].map((each) => `${each}\n`).join('');
}

/** The same table in Markdown, for a comment on a pull request. */
export function renderMarkdownTable(columns: readonly Column[], rows: readonly Row[]): string {
  return table(columns, rows).text;
}
