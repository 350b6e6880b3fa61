// What differs of each stage between how a commit recorded it and how it is recorded now. A job whose lock was committed from
// elsewhere restores bytes, and its own reasons say no more than that they were missing.
import type { StageName } from '../core/ids.ts';
import type { Reason } from '../core/verdict.ts';
import type { RunContext } from './context.ts';
import { changesBetween } from './reasons.ts';
import type { Side } from './side.ts';

/** Of stages that both recorded. */
export function changesSince(
  { pipeline, locks }: Pick<RunContext, 'pipeline' | 'locks'>,
  then: Side,
): ReadonlyMap<StageName, readonly Reason[]> {
  const earlier = then.locks();
  return new Map(
    [...pipeline.stages.values()].flatMap((stage): [StageName, readonly Reason[]][] => {
      const was = earlier.get(stage.file.lock)?.stages.get(stage.local);
      const now = locks.block(stage);
      return was && now ? [[stage.name, changesBetween(was.in, now.in)]] : [];
    }),
  );
}
