import { type Frame, textAt } from '../frame/frame.ts';

/** CSV as RFC 4180 has it, with a line feed: a header, then the rows; a null is an empty cell. */
export function csvOf(frame: Frame): string {
  const columns = [...frame.columns.values()];
  const lines = [columns.map(({ name }) => csvCell(name)).join(',')];
  for (let row = 0; row < frame.rows; row++)
    lines.push(columns.map((column) => csvCell(textAt(column, row) ?? '')).join(','));
  return `${lines.join('\n')}\n`;
}

export function csvCell(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
