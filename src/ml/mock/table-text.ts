// Made-up tables as CSV. A cell without a value is empty.
import { csvCell } from '../profile/sample.ts';
import type { MockTable } from './mock.ts';

export function tableText(table: MockTable): string {
  const columns = [...table];
  const rows = columns[0]![1].length;
  const lines = [columns.map(([name]) => csvCell(name)).join(',')];
  for (let row = 0; row < rows; row++) {
    const line = columns.map(([, cells]) => csvCell(cells[row] ?? '')).join(',');
    // An empty line is no row: with one column, no value has to be written in quotes.
    lines.push(line === '' ? '""' : line);
  }
  return `${lines.join('\n')}\n`;
}
