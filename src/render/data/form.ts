// A table for the screen, or for a comment on a pull request.
import { type Column, type Row, renderMarkdownTable, renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export type Form = 'text' | 'md';

export function tableIn(form: Form, columns: readonly Column[], rows: readonly Row[], style: Style): string {
  return form === 'md' ? renderMarkdownTable(columns, rows) : renderTable(columns, rows, style);
}
