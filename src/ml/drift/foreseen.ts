// Why a model does worse: the rows are harder for it, or they mean something else. Its own scores tell the two apart, once
// labels are there to hold them against.
import type { Estimate } from './estimate-report.ts';
import type { Performance } from './report.ts';

/**
 * `foreseen`: the estimate without labels loses at least half as much, and the truth lies within its band (± 3 sampling
 * errors): the model is as good on rows like these as it was. `unforeseen`: it loses less than half, and the truth lies
 * outside on the worse side: the same inputs no longer mean what they meant. Null where nothing was lost, where there is
 * no estimate, and in between.
 */
export function lossKind(
  performance: Performance | null,
  estimate: Estimate | null,
): 'foreseen' | 'unforeseen' | null {
  if (!performance || estimate?.metric !== performance.metric) return null;
  const { reference, current } = estimate;
  if (reference.value === null || current.value === null || current.band === null) return null;
  const sign = performance.metric === 'accuracy' ? -1 : 1;
  const lost = sign * performance.change;
  if (lost <= 0) return null;
  const most = sign * (current.value - reference.value) >= lost / 2;
  const [low, high] = current.band;
  const beyond = sign < 0 ? performance.current < low : performance.current > high;
  if (most && !beyond) return 'foreseen';
  return !most && beyond ? 'unforeseen' : null;
}
