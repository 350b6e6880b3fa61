// Columns as people speak of them near one row: numbers by the quartile they are in, everything else by its value; a group
// of columns by the values of all its members together. What LIME and Anchors say of a row, they say in these.
import { type Column, type Frame, textAt } from '../frame/frame.ts';
import { quantile } from '../stats/quantile.ts';
import type { ColumnGroup } from './permutation-importance.ts';

export interface Interpretable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Of every row of the table. Of an ordered one: 0 … `edges.length`, and one more for no value. */
  readonly codes: Int32Array;
  /** Upper ends of all codes but the last, when the codes are in order; null of categories. */
  readonly edges: Float64Array | null;
  /** `temp <= 12.5`, `weather = rain`: what all rows with this code have in common. */
  words(code: number): string;
}

/**
 * @param reference rows of the table that the quartiles are taken from
 * @param fewest rows of the reference that must have a value for it to be named
 */
export function interpretables(
  frame: Frame,
  groups: readonly ColumnGroup[],
  reference: Int32Array,
  fewest: number,
): readonly Interpretable[] {
  return groups.map((group) => {
    const [only, ...others] = group.columns.map((name) => frame.columns.get(name)!);
    return others.length === 0 && only?.kind === 'numeric'
      ? ordered(group, only.values, reference)
      : categories(group, [only!, ...others], reference, fewest);
  });
}

/** lime's quartile discretiser: cuts at the quartiles, a value on a cut belongs to the lower part. */
function ordered(group: ColumnGroup, values: Float64Array, reference: Int32Array): Interpretable {
  const sorted = Float64Array.from(reference, (row) => values[row]!)
    .filter(Number.isFinite)
    .sort();
  const cuts = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p)).filter(Number.isFinite);
  const edges = Float64Array.from(new Set(cuts));
  const codes = Int32Array.from(values, (value) => codeOf(value, edges));
  return { ...group, codes, edges, words: (code) => rangeInWords(group.name, edges, code, code) };
}

function codeOf(value: number, edges: Float64Array): number {
  if (Number.isNaN(value)) return edges.length + 1;
  let code = 0;
  while (code < edges.length && edges[code]! < value) code++;
  return code;
}

/** Codes `from` to `to` of an ordered column: `12 < temp <= 18`. */
export function rangeInWords(name: string, edges: Float64Array, from: number, to: number): string {
  if (from > edges.length) return `${name} has no value`;
  const shown = (edge: number): string => String(Number(edge.toPrecision(6)));
  const low = from === 0 ? '' : shown(edges[from - 1]!);
  const high = to >= edges.length ? '' : shown(edges[to]!);
  if (low === '' && high === '') return `${name} has any value`;
  if (low === '') return `${name} <= ${high}`;
  return high === '' ? `${name} > ${low}` : `${low} < ${name} <= ${high}`;
}

function categories(
  group: ColumnGroup,
  columns: readonly Column[],
  reference: Int32Array,
  fewest: number,
): Interpretable {
  const known = new Map<string, number>();
  const texts: string[] = [];
  const rows = columns[0]!.kind === 'categorical' ? columns[0]!.codes.length : columns[0]!.values.length;
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const cells = columns.map((column) => textAt(column, row));
    const key = JSON.stringify(cells);
    let code = known.get(key);
    if (code === undefined) {
      code = texts.length;
      known.set(key, code);
      texts.push(valueInWords(group, cells));
    }
    return code;
  });
  const counts = new Int32Array(texts.length);
  for (const row of reference) counts[codes[row]!]!++;
  const words = (code: number): string =>
    counts[code]! >= fewest ? texts[code]! : `${group.name} = a rare value`;
  return { ...group, codes, edges: null, words };
}

/** Of a one-hot group the member that is set: `color = red`. */
function valueInWords({ name, columns }: ColumnGroup, cells: readonly (string | null)[]): string {
  if (columns.length === 1) return cells[0] === null ? `${name} has no value` : `${name} = ${cells[0]}`;
  const set = columns.filter((_, at) => cells[at] === '1' || cells[at] === 'true');
  const clear = cells.filter((cell) => cell === '0' || cell === 'false');
  if (set.length + clear.length < cells.length)
    return `${name}: ${columns.map((column, at) => `${column} = ${cells[at] ?? 'no value'}`).join(', ')}`;
  return `${name} = ${set.length === 0 ? 'none' : set.map((column) => (column.startsWith(`${name}_`) ? column.slice(name.length + 1) : column)).join(' and ')}`;
}
