// What a column is for drift. Decided on the reference, so that a current file cannot change what is tested.
import type { Column } from '../frame/frame.ts';
import type { DriftKind } from './report.ts';

const MIN_ROWS = 30;
const DISTINCT = 0.9;
const LONG_TEXT = 30;

/** `declared` from the options wins. */
export function kindOf(column: Column, declared?: string): DriftKind {
  if (declared === 'numeric' && column.kind !== 'categorical') return 'numeric';
  if (declared && declared !== 'numeric' && declared !== 'ignore') return declared as DriftKind;
  switch (column.kind) {
    case 'datetime':
      return 'datetime';
    case 'boolean':
      return 'categorical';
    case 'numeric':
      return column.type === 'int64' && isCounter(column.values) ? 'id' : 'numeric';
    case 'categorical':
      return textKind(column);
  }
}

/** Row numbers and the like: whole numbers, each larger than the one before. */
function isCounter(values: Float64Array): boolean {
  if (values.length < MIN_ROWS) return false;
  for (let i = 1; i < values.length; i++) if (!(values[i]! > values[i - 1]!)) return false;
  return true;
}

function textKind(column: Column & { kind: 'categorical' }): DriftKind {
  if (column.tooMany) return 'id';
  const { codes } = column;
  const used = usedCodes(column);
  const cells = codes.length - column.nulls;
  if (cells < MIN_ROWS || used.length < DISTINCT * cells) return 'categorical';
  let length = 0;
  for (const code of used) length += column.dictionary[code]!.length;
  return length / used.length >= LONG_TEXT ? 'text' : 'id';
}

/** Codes that at least one row has. */
function usedCodes({ codes, dictionary }: Column & { kind: 'categorical' }): Int32Array {
  const used = new Uint8Array(dictionary.length);
  for (const code of codes) if (code >= 0) used[code] = 1;
  return Int32Array.from(used.keys()).filter((code) => used[code] === 1);
}

/** What the cells of a column hold; `nothing` where all are missing. */
export type Cells = 'numbers' | 'dates' | 'true and false' | 'text' | 'nothing';

/** Looks through a column that was read as text because one of the two sides holds text. */
export function cellsOf(column: Column): Cells {
  if (column.kind === 'datetime') return 'dates';
  if (column.kind === 'boolean') return 'true and false';
  if (column.kind === 'numeric') return column.nulls === column.values.length ? 'nothing' : 'numbers';
  if (column.tooMany) return 'text';
  const used = usedCodes(column);
  if (used.length === 0) return 'nothing';
  const all = (test: RegExp): boolean => {
    for (const code of used) if (!test.test(column.dictionary[code]!)) return false;
    return true;
  };
  if (all(NUMBER)) return 'numbers';
  if (all(/^(true|false)$/i)) return 'true and false';
  return all(/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?$/) ? 'dates' : 'text';
}

const NUMBER = /^\s*([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|NA|NaN|null|None)\s*$/i;
