// CSV and TSV as RFC 4180 has them: quoted fields with separators, line ends and doubled quotes in them; LF or CRLF.
import type { Cell, Points } from './points.ts';

const QUOTE = '"';

/** `header` false: columns are called 0, 1, 2 … */
export function readCsv(text: string, separator: ',' | '\t', header: boolean): Points {
  const rows = splitRows(text, separator);
  const notes: string[] = [];
  const named = header ? rows.fields.shift() : undefined;
  const width = named?.length ?? rows.fields.reduce((widest, row) => Math.max(widest, row.length), 0);
  const columns = Array.from({ length: width }, () => new Array<Cell>(rows.fields.length).fill(null));
  let ragged = 0;
  for (const [at, row] of rows.fields.entries()) {
    if (row.length !== width) ragged++;
    for (let column = 0; column < Math.min(width, row.length); column++)
      columns[column]![at] = row[column] === '' ? null : row[column]!;
  }
  if (ragged > 0)
    notes.push(`${ragged} ${ragged === 1 ? 'row has' : 'rows have'} more or fewer cells than columns`);
  if (rows.open) notes.push('a quote is opened and never closed');
  return {
    columns: new Map(columns.map((cells, at) => [named ? nameOf(named, at) : String(at), cells])),
    rows: rows.fields.length,
    notes,
  };
}

/** Names that are missing or stand twice get their place. */
function nameOf(names: readonly string[], at: number): string {
  const name = names[at]!.trim();
  return name === '' || names.findIndex((each) => each.trim() === name) !== at ? `${name}#${at}` : name;
}

interface Rows {
  readonly fields: string[][];
  /** The text ended inside quotes. */
  readonly open: boolean;
}

function splitRows(text: string, separator: string): Rows {
  const fields: string[][] = [];
  let row: string[] = [];
  let at = 0;
  let open = false;
  const end = (): void => {
    if (row.length > 1 || row[0] !== '') fields.push(row); // a blank line is no row
    row = [];
  };
  while (at < text.length) {
    if (text[at] === QUOTE) {
      const close = closingQuote(text, at + 1);
      open = close === -1;
      row.push(text.slice(at + 1, open ? text.length : close).replaceAll('""', QUOTE));
      at = open ? text.length : close + 1;
      // What stands between a closing quote and the next separator belongs to nobody.
      while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
    } else {
      const from = at;
      while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
      row.push(text.slice(from, text[at] === '\n' && text[at - 1] === '\r' && at > from ? at - 1 : at));
    }
    if (at >= text.length) break;
    if (text[at] === '\n') end();
    else if (at + 1 === text.length) row.push('');
    at++;
  }
  if (row.length > 0) end();
  return { fields, open };
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf(QUOTE, from); at !== -1; at = text.indexOf(QUOTE, at + 2))
    if (text[at + 1] !== QUOTE) return at;
  return -1;
}
