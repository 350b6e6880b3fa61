import { isJsonObject, type Json } from '../../core/json.ts';
import { between, bool, count, either, list, object, type Shape, text, word } from '../../core/shape.ts';

/** `wrong`: 1 for a wrong class. `auto`: that, or the absolute error of a number. */
export type ErrorKind = 'auto' | 'wrong' | 'log_loss' | 'absolute';

export interface WeakSegmentsOptions {
  /** Searched besides the features of the model and the columns of slices. */
  readonly columns: readonly string[];
  readonly error: ErrorKind;
  /** Columns that one segment may be told by. */
  readonly max_depth: number;
  /** Of the rows that a segment has at least. */
  readonly min_share: number;
  /** Segments that are looked at on the held-out rows. */
  readonly max: number;
}

const DEFAULTS: WeakSegmentsOptions = {
  columns: [],
  error: 'auto',
  max_depth: 2,
  min_share: 0.05,
  max: 5,
};

export const weakSegmentsShape: Shape = either(
  'true, false, or a map',
  bool,
  object({
    columns: list(text),
    error: word('auto', 'wrong', 'log_loss', 'absolute'),
    max_depth: count(1, 3),
    min_share: between(0.01, 0.5),
    max: count(1, 20),
  }),
);

/** Parses what `weakSegmentsShape` has checked. Searched unless `false`. */
export function weakSegmentsOf(written: Json | undefined): WeakSegmentsOptions | null {
  if (written === false) return null;
  return isJsonObject(written) ? { ...DEFAULTS, ...(written as Partial<WeakSegmentsOptions>) } : DEFAULTS;
}
