// Which changed metrics are read first: what surely got worse, what its stage names on its line, what surely got better, then
// the rest as it came.
import type { MetricChange, PipelineView } from './types.ts';

export function byWeight({
  changes,
  stages,
}: Pick<PipelineView, 'changes' | 'stages'>): readonly MetricChange[] {
  const named = new Set(stages.flatMap(({ headlines }) => headlines.map(({ name }) => name)));
  return [...changes.metrics].sort((a, b) => weight(a, named) - weight(b, named));
}

function weight({ key, better, chance }: MetricChange, named: ReadonlySet<string>): number {
  const sure = chance !== 'within' && better !== undefined;
  if (sure && !better) return named.has(key) ? 0 : 1;
  if (named.has(key)) return 2;
  if (better === undefined) return 6;
  return sure ? 3 : better ? 5 : 4;
}
