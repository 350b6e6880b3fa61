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

/** Records of other keys in every row would make a table of nothing but holes. */
const MOST_COLUMNS = 1000;

/** Records of any keys → columns in the order in which their names first come; of maps in them `train.loss`. */
export function pointsOf(records: readonly object[], notes: readonly string[] = []): Points {
  const columns = new Map<string, Cell[]>();
  let more = false;
  const take = (row: number, prefix: string, record: object): void => {
    for (const [key, value] of Object.entries(record) as [string, unknown][]) {
      const name = prefix + key;
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        take(row, `${name}.`, value);
        continue;
      }
      const known = columns.get(name);
      if (!known && columns.size >= MOST_COLUMNS) {
        more = true;
        continue;
      }
      const column = known ?? new Array<Cell>(records.length).fill(null);
      if (!known) columns.set(name, column);
      column[row] = cellOf(value);
    }
  };
  for (const [row, record] of records.entries()) take(row, '', record);
  const tooMany = `only the first ${MOST_COLUMNS} columns are read`;
  return { columns, rows: records.length, notes: more ? [...notes, tooMany] : notes };
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}
