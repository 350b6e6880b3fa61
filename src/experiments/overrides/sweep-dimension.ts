import type { Override } from '../../core/experiment.ts';
import type { Dimension, Point } from '../../search/space.ts';

/** A dimension of a sweep: which key of which params file takes the values. Its name is how it is typed after `-S`. */
export interface SweepDimension extends Dimension {
  readonly file: Override['file'];
  readonly key: Override['key'];
  readonly op: 'set' | 'add';
}

/** What an experiment at `point` overrides: what is the same in all, then each dimension that is there. */
export function overridesAt(
  fixed: readonly Override[],
  dimensions: readonly SweepDimension[],
  point: Point,
): Override[] {
  const swept = dimensions.filter(({ name }) => Object.hasOwn(point, name));
  return [...fixed, ...swept.map(({ name, file, key, op }) => ({ file, key, op, value: point[name]! }))];
}
