// Rows out of a file, by column. Missing cells are null. Rows that could not be read are counted, not guessed.

export type Cell = string | number | boolean | null;

export interface Points {
  readonly columns: ReadonlyMap<string, readonly Cell[]>;
  readonly rows: number;
  /** What was left out or is odd, in words. */
  readonly notes: readonly string[];
}

/** What a file holds, or in words why nothing can be drawn from it. A JSON file may hold several lists. */
export type Read =
  | { readonly kind: 'points'; readonly lists: readonly Points[] }
  /** Not there, or its bytes are not. */
  | { readonly kind: 'absent'; readonly problem: string }
  | { readonly kind: 'unfit'; readonly problem: string };

export function unfit(problem: string): Read {
  return { kind: 'unfit', problem };
}

/** Records of any keys → columns in the order in which their names first come. */
export function pointsOf(
  records: readonly { readonly [key: string]: unknown }[],
  notes: readonly string[] = [],
): Points {
  const columns = new Map<string, Cell[]>();
  for (const [row, record] of records.entries()) {
    for (const [name, value] of Object.entries(record)) {
      let column = columns.get(name);
      if (!column) {
        column = new Array<Cell>(records.length).fill(null);
        columns.set(name, column);
      }
      column[row] = cellOf(value);
    }
  }
  return { columns, rows: records.length, notes };
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}
