import { isJsonObject, type Json } from '../../core/json.ts';
import { count, either, elsewhere, list, nothing, object, type Shape, text } from '../../core/shape.ts';
import { FOR_FAIRNESS } from '../other-tools.ts';

export interface FairnessOptions {
  /** Each: columns whose combinations of values are the groups. */
  readonly by: readonly (readonly string[])[];
  /** A smaller group is not compared. */
  readonly min_rows: number;
}

export const fairnessShape: Shape = either(
  '{by: [columns]}, or nothing',
  elsewhere(
    FOR_FAIRNESS,
    object(
      {
        by: either(
          'a column, or a list of columns and of lists of columns',
          text,
          list(either('a column or a list of columns', text, list(text, 1)), 1),
        ),
        min_rows: count(1),
      },
      ['by'],
    ),
  ),
  nothing,
);

/** Parses what `fairnessShape` has checked. */
export function fairnessOf(written: Json | undefined): FairnessOptions | null {
  if (!isJsonObject(written)) return null;
  const by = written['by'] as string | readonly (string | readonly string[])[];
  return {
    by: [by].flat(1).map((each) => (typeof each === 'string' ? [each] : each)),
    min_rows: (written['min_rows'] as number | undefined) ?? 30,
  };
}
