// The type of each column, decided once over all files that are read together.
//
// A column whose cells are all whole numbers (1.0 is one) is int64; numbers, float64; true and false, bool; ISO dates,
// datetime; anything else is a string; a column without any cell is float64. One word among numbers makes the column
// text, it is never dropped. The words in `NULL_WORDS` count as "no value" only where every other cell is a number.
// Whole numbers that float64 cannot hold are text, so that two ids are never one number.
import type { CellType } from './frame.ts';
import { declaredType, READING_OF, type Reading, readingOfText } from './reading.ts';
import type { NativeType } from './relation.ts';
import type { ColumnOverride } from './source.ts';

/** What a pass over all rows of a source found in one column, read in one way. */
export interface Seen {
  /** Cells that fit the reading. */
  readonly fitting: number;
  /** A cell that does not, null words in a column of numbers apart. */
  readonly strange: string | null;
  /** Every value is whole. */
  readonly whole: boolean;
  /** A whole value lies where float64 no longer tells all whole numbers apart. */
  readonly beyond: boolean;
}

/** What is known of a column over all sources that have it. */
export interface Evidence {
  readonly reading: Reading;
  readonly natives: readonly NativeType[];
  /** One for each source. */
  readonly scans: readonly Seen[];
}

export type Verdict =
  | { readonly kind: 'type'; readonly type: CellType }
  /** The cells did not fit: they are to be read again. */
  | { readonly kind: 'again'; readonly reading: Reading };

export function judgeType(
  { reading, natives, scans }: Evidence,
  override: ColumnOverride | undefined,
): Verdict {
  const declared = declaredType(override);
  if (declared) return { kind: 'type', type: declared };
  const strange = scans.find((scan) => scan.strange !== null)?.strange;
  const fitting = scans.some((scan) => scan.fitting > 0);
  if (strange === null || strange === undefined) {
    const native = natives.filter((each) => each !== 'infer');
    if (reading !== 'number')
      return { kind: 'type', type: fitting || native.length > 0 ? TYPE_OF[reading] : 'float64' };
    return { kind: 'type', type: numberType(natives, scans, override) };
  }
  // Only null words, or nothing, in the rows that the guess was made from.
  const other = fitting || reading !== 'number' ? 'text' : readingOfText(strange);
  return { kind: 'again', reading: other };
}

const TYPE_OF: { readonly [reading in Exclude<Reading, 'number'>]: CellType } = {
  bool: 'bool',
  date: 'datetime',
  text: 'string',
};

/**
 * pandas writes whole numbers beside a missing one as 1.0, and a label 1.0 must equal the label 1; but what a file or an
 * override declares to be float64 stays so.
 */
function numberType(
  natives: readonly NativeType[],
  scans: readonly Seen[],
  override: ColumnOverride | undefined,
): CellType {
  if (natives.length > 0 && natives.every((each) => each === 'int64')) return 'int64';
  if (natives.includes('float64') || override?.kind === 'numeric') return 'float64';
  // A source without any cell agrees with every type.
  return scans.some(({ fitting }) => fitting > 0) && scans.every(({ whole }) => whole) ? 'int64' : 'float64';
}

/** Whether a type was declared that the column's cells do not all have. */
export function hasBadCell({ scans }: Evidence, type: CellType): boolean {
  if (READING_OF[type] === 'text') return false;
  return scans.some(
    ({ strange, whole, beyond }) => strange !== null || (type === 'int64' && (!whole || beyond)),
  );
}
