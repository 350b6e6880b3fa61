import type { ColumnReport } from '../ml/drift/report.ts';

/**
 * What to look at first: columns that drifted, then those of which something else is to be said (missing, never seen, an
 * error), then the rest; within each, those nearest to their limit or furthest over it.
 */
export function byUrgency(columns: readonly ColumnReport[]): ColumnReport[] {
  return [...columns].sort((a, b) => urgency(b) - urgency(a) || moved(b) - moved(a));
}

function urgency({ drifted, status }: ColumnReport): number {
  if (drifted) return 2;
  return status === 'pass' || status === 'skipped' ? 0 : 1;
}

function moved({ decides }: ColumnReport): number {
  return decides ? decides.value / decides.limit : -1;
}
