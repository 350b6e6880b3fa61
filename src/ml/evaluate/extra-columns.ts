import type { EvaluateOptions } from './options.ts';

/** Columns that only these parts read: where the weak parts are searched besides the features, and what tells groups apart. */
export function extraColumns({ weak_segments, fairness, slices }: EvaluateOptions): readonly string[] {
  return [
    ...(weak_segments?.columns ?? []),
    ...(weak_segments === null ? [] : slices.flatMap(({ columns }) => columns)),
    ...(fairness?.by.flat() ?? []),
  ];
}
