// How far each chunk of a column is from the reference: a sudden step reads differently from a slow slide.
import type { Column } from '../frame/frame.ts';
import { alertLimits, type LimitRule } from './alert-limits.ts';
import { chunkEffects, effectAgainst } from './chunks.ts';
import type { ColumnCourse, Effect, Pair } from './report.ts';
import type { CategoricalSide, NumericSide } from './sides.ts';
import type { Chunk } from './split.ts';

/** Chunks of the reference against its other rows, the current ones against all the reference. */
export function columnCourse(
  pair: Pick<ColumnCourse, 'role'> & { readonly name: string } & Pair<Column>,
  reference: NumericSide | CategoricalSide,
  effect: Effect,
  bins: number,
  chunks: readonly Chunk[],
  rule: LimitRule,
): ColumnCourse {
  const of = (side: Chunk['side']) => chunks.filter((chunk) => chunk.side === side).map(({ rows }) => rows);
  const before = [...chunkEffects(pair.reference, reference, effect, bins, of('reference'))];
  const now = of('current').map((rows) => effectAgainst(effect, reference, pair.current, rows, bins));
  return {
    column: pair.name,
    role: pair.role,
    effect,
    limit: alertLimits(before, rule, [0, effect === 'wasserstein_norm' ? Number.POSITIVE_INFINITY : 1]).upper,
    values: [...before, ...now],
  };
}
