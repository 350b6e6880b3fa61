// Which changed metrics are read first: what surely got worse, what surely got better, then the rest as it came.
import type { MetricChange } from './types.ts';

export function byWeight(changes: readonly MetricChange[]): readonly MetricChange[] {
  return [...changes].sort((a, b) => weight(a) - weight(b));
}

function weight({ better, chance }: MetricChange): number {
  if (better === undefined) return 4;
  return (chance === 'within' ? 2 : 0) + (better ? 1 : 0);
}
