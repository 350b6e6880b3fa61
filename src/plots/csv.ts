// CSV and TSV as RFC 4180 has them: quoted fields with separators, line ends and doubled quotes in them; LF or CRLF.
import type { Cell, Points } from './points.ts';

const QUOTE = '"';

/** What the first line is. `none`: columns are called 0, 1, 2 … */
export type Header = 'names' | 'none';

export function readCsv(text: string, separator: ',' | '\t', header: Header): Points {
  let names: readonly string[] | undefined;
  const columns: Cell[][] = [];
  let rows = 0;
  let ragged = 0;
  const take = (row: readonly string[]): void => {
    if (header === 'names' && names === undefined) {
      names = [...row];
      for (const _ of names) columns.push([]);
      return;
    }
    // Without names, the widest row says how many columns there are.
    while (header === 'none' && columns.length < row.length) columns.push(new Array<Cell>(rows).fill(null));
    if (row.length !== columns.length) ragged++;
    for (const [at, cells] of columns.entries()) cells.push(row[at] || null);
    rows++;
  };
  const ended = eachRow(text, separator, take);
  const notes = [
    ...(ragged > 0
      ? [`${ragged} ${ragged === 1 ? 'row has' : 'rows have'} more or fewer cells than columns`]
      : []),
    ...(ended === 'open' ? ['a quote is opened and never closed'] : []),
  ];
  return {
    columns: new Map(columns.map((cells, at) => [names ? nameOf(names, at) : String(at), cells])),
    rows,
    notes,
  };
}

/** Names that are missing or stand twice get their place. */
function nameOf(names: readonly string[], at: number): string {
  const name = names[at]!.trim();
  return name === '' || names.findIndex((each) => each.trim() === name) !== at ? `${name}#${at}` : name;
}

/** `open`: the text ended inside quotes. What `take` is given is its own only until it returns. */
function eachRow(text: string, separator: string, take: (row: readonly string[]) => void): 'open' | 'closed' {
  const row: string[] = [];
  let at = 0;
  let open = false;
  const end = (): void => {
    if (row.length > 1 || row[0] !== '') take(row); // a blank line is no row
    row.length = 0;
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
  return open ? 'open' : 'closed';
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf(QUOTE, from); at !== -1; at = text.indexOf(QUOTE, at + 2))
    if (text[at + 1] !== QUOTE) return at;
  return -1;
}
