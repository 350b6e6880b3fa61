import { isJsonObject, type Json } from '../../core/json.ts';
import { count, either, list, nothing, object, type Shape, text } from '../../core/shape.ts';

export interface FairnessOptions {
  /** Each: columns whose combinations of values are the groups. */
  readonly by: readonly (readonly string[])[];
  /** A smaller group is not compared. */
  readonly min_rows: number;
}

export const fairnessShape: Shape = either(
  'a map with "by", or nothing',
  object(
    {
      by: list(either('a column or a list of columns', text, list(text, 1)), 1),
      min_rows: count(1),
    },
    ['by'],
  ),
  nothing,
);

/** Parses what `fairnessShape` has checked. */
export function fairnessOf(written: Json | undefined): FairnessOptions | null {
  if (!isJsonObject(written)) return null;
  const by = written['by'] as readonly (string | readonly string[])[];
  return {
    by: by.map((each) => (typeof each === 'string' ? [each] : each)),
    min_rows: (written['min_rows'] as number | undefined) ?? 30,
  };
}
