// What the move of one column costs: the estimate of the metric if that column alone had not moved. Numbers are mapped back
// to the reference's distribution rank by rank, which keeps their order and so how they go with other columns; categories
// are drawn anew from the reference. An answer about the model's scores, not about causes.
import type { Random } from '../../util/random.ts';
import { type Column, type Frame, held } from '../frame/frame.ts';
import { ascending } from '../stats/order.ts';
import { quantile } from '../stats/quantile.ts';

/** `frame` with `name` as it might have been under `reference`. Missing cells stay missing. */
export function undone(frame: Frame, name: string, reference: Column, random: Random): Frame {
  const column = held(frame.columns.get(name)!);
  const back =
    column.kind === 'categorical' || reference.kind === 'categorical'
      ? drawn(column, reference, random)
      : mappedBack(column, reference.values);
  return { rows: frame.rows, columns: new Map([...frame.columns, [name, back]]) };
}

function mappedBack(column: Exclude<Column, { kind: 'categorical' }>, reference: Float64Array): Column {
  const like = reference.filter(Number.isFinite).sort();
  if (like.length === 0) return column;
  const present = Int32Array.from(column.values.keys()).filter((row) => Number.isFinite(column.values[row]!));
  const order = ascending(Float64Array.from(present, (row) => column.values[row]!));
  const values = column.values.slice();
  // Equal values stay equal: they take the middle of the ranks they share.
  for (let start = 0; start < order.length; ) {
    const value = column.values[present[order[start]!]!]!;
    let end = start;
    while (end < order.length && column.values[present[order[end]!]!] === value) end++;
    const rank = (start + end) / 2 / order.length;
    const back = inKind(quantile(like, rank), column.type);
    for (let i = start; i < end; i++) values[present[order[i]!]!] = back;
    start = end;
  }
  return { ...column, values };
}

/** Whole numbers and truth values stay such. */
function inKind(value: number, type: Column['type']): number {
  return type === 'int64' || type === 'bool' ? Math.round(value) : value;
}

function drawn(column: Column, reference: Column, random: Random): Column {
  if (column.kind !== 'categorical' || reference.kind !== 'categorical') return column;
  const seen = reference.codes.filter((code) => code >= 0);
  if (seen.length === 0) return column;
  const dictionary = [...new Set([...column.dictionary, ...reference.dictionary])].sort();
  const codeOf = new Map(dictionary.map((text, code) => [text, code]));
  const codes = column.codes.map((code) =>
    code < 0 ? code : codeOf.get(reference.dictionary[seen[random.below(seen.length)]!]!)!,
  );
  return { ...column, codes, dictionary };
}
