// Which changed metrics are read first: what surely got worse, what stages name on their lines, what surely got better, what
// nobody can tell chance of, then what may be chance and what is neither good nor bad.
import { score } from '../report/parts.ts';
import type { MetricChange, PipelineView } from './types.ts';

/** Those of one weight as they came. */
export function byWeight({
  changes,
  stages,
}: Pick<PipelineView, 'changes' | 'stages'>): readonly MetricChange[] {
  return [...changes.metrics].sort((a, b) => weight(a, stages) - weight(b, stages));
}

/** It is better or worse, and not merely by chance, as far as anybody knows. */
export function isTold(change: MetricChange): boolean {
  return change.better !== undefined && change.chance !== 'within' && !looksSame(change);
}

/** Written with the digits that are shown, it did not change. */
export function looksSame({ was, now }: MetricChange): boolean {
  return typeof was === 'number' && typeof now === 'number' && rounded(was) === rounded(now);
}

/** `2` and `2.000` are the same. */
function rounded(value: number): number {
  return Number(score(value).replace('−', '-'));
}

/** What a reader need not see: it may be chance, and no stage names it. */
export function isQuiet(change: MetricChange, stages: PipelineView['stages']): boolean {
  return (change.chance === 'within' || looksSame(change)) && !isNamed(change, stages);
}

/** On its line by a stage. Another file may have a metric of that name. */
function isNamed({ key, now }: MetricChange, stages: PipelineView['stages']): boolean {
  return stages.some(({ headlines }) => headlines.some(({ name, value }) => name === key && value === now));
}

function weight(change: MetricChange, stages: PipelineView['stages']): number {
  const { better, chance } = change;
  const [sure, named] = [chance === 'beyond', isNamed(change, stages)];
  if (sure && better === false) return named ? 0 : 1;
  if (isTold(change) && named) return better ? 3 : 2;
  if (named && !looksSame(change)) return 4;
  if (sure && better) return 5;
  if (isTold(change)) return better ? 7 : 6;
  if (better === undefined) return 8;
  return better ? 10 : 9;
}
