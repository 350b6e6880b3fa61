import type { Label } from '../evaluate/report.ts';
import { type Column, held, textAt } from '../frame/frame.ts';

/** No cell. */
export const UNKNOWN = -1;
/** A cell that is none of the labels. */
export const OTHER = -2;

/**
 * Which of `labels` a cell of the truth is: spelled the same, or the same in lower case (True for true); true and false
 * also are the labels 1 and 0, as frameworks write them. The answer is an index, or undefined for no label.
 */
function labelFinder(labels: readonly Label[], truth: Column): (text: string) => number | undefined {
  const index = new Map(labels.map((label, at) => [String(label), at]));
  if (truth.kind === 'boolean' && !index.has('true') && index.has('1') && index.has('0')) {
    index.set('true', index.get('1')!);
    index.set('false', index.get('0')!);
  }
  return (text) => index.get(text) ?? index.get(text.toLowerCase());
}

/** Of each row the index of its label, `UNKNOWN` or `OTHER`. Each different cell is looked up once: there are few of them. */
export function labelIndexes(labels: readonly Label[], truth: Column): Int32Array {
  const find = labelFinder(labels, truth);
  const column = held(truth);
  if (column.kind === 'categorical') {
    const byCode = column.dictionary.map((text) => find(text) ?? OTHER);
    return column.codes.map((code) => (code < 0 ? UNKNOWN : byCode[code]!));
  }
  const { values } = column;
  const indexes = new Int32Array(values.length);
  const known = new Map<number, number>([[Number.NaN, UNKNOWN]]);
  for (let row = 0; row < values.length; row++) {
    let index = known.get(values[row]!);
    if (index === undefined) {
      index = find(textAt(column, row)!) ?? OTHER;
      known.set(values[row]!, index);
    }
    indexes[row] = index;
  }
  return indexes;
}
