// One table below the other.
import type { Column, Frame } from './frame.ts';

/** The rows of `a`, then those of `b`. The columns `shared` are of both; any other is of `a`, and has no value in `b`. */
export function stackFrames(a: Frame, b: Frame, shared: readonly string[]): Frame {
  const rows = a.rows + b.rows;
  const columns = new Map<string, Column>();
  for (const [name, column] of a.columns)
    columns.set(
      name,
      stackColumns(column, shared.includes(name) ? b.columns.get(name)! : null, a.rows, rows),
    );
  return { rows, columns };
}

function stackColumns(above: Column, below: Column | null, at: number, rows: number): Column {
  const nulls = above.nulls + (below === null ? rows - at : below.nulls);
  if (above.kind !== 'categorical') {
    const values = new Float64Array(rows).fill(Number.NaN);
    values.set(above.values);
    if (below !== null) values.set((below as typeof above).values, at);
    return { ...above, values, nulls };
  }
  const codes = new Int32Array(rows).fill(-1);
  codes.set(above.codes);
  if (below === null) return { ...above, codes, nulls };
  const other = below as typeof above;
  const dictionary = [...new Set([...above.dictionary, ...other.dictionary])].sort();
  const index = new Map(dictionary.map((text, code) => [text, code]));
  const recode = (source: typeof above, from: number): void => {
    const to = source.dictionary.map((text) => index.get(text)!);
    for (const [row, code] of source.codes.entries()) codes[from + row] = code < 0 ? -1 : to[code]!;
  };
  recode(above, 0);
  recode(other, at);
  return { ...above, codes, dictionary, nulls };
}
