// What a run changed in a lock, carried over to the lock of another commit: a CI job runs on what its host merged, and its
// results go to a branch that may have moved meanwhile.
import type { RepoPath } from '../core/ids.ts';
import type { Lock } from '../core/lock.ts';
import { mergeLocks, same } from './merge.ts';

export interface LockSides {
  /** Before the run, where it ran. */
  readonly before: Lock;
  /** After it. */
  readonly after: Lock;
  /** Of the branch, when the run began. */
  readonly known: Lock;
  /** Of the branch now. */
  readonly tip: Lock;
}

export interface CarriedLock {
  readonly text: string;
  /** Stages and data entries that the branch changed meanwhile to something else than the run. */
  readonly conflicts: readonly string[];
  /** Outs of stages that the branch has from the same inputs, run elsewhere: the results there stay, as others may have them. */
  readonly settled: ReadonlySet<string>;
}

export function carryLock({ before, after, known, tip }: LockSides): CarriedLock {
  const stages = carried(before.stages, after.stages, known.stages);
  const data = carried(before.data, after.data, known.data);
  const settled = new Set<string>();
  for (const [name, block] of stages) {
    const there = tip.stages.get(name);
    if (there?.key !== block.key || same(there, block)) continue;
    stages.set(name, there);
    for (const path of Object.keys(there.outs)) settled.add(path);
  }
  const merged = mergeLocks(known, { stages, data }, tip);
  return { text: merged.text, conflicts: [...merged.dropped, ...merged.conflicts], settled };
}

/** `onto`, with what changed between `from` and `to`. */
function carried<K extends string | RepoPath, V>(
  from: ReadonlyMap<K, V>,
  to: ReadonlyMap<K, V>,
  onto: ReadonlyMap<K, V>,
): Map<K, V> {
  const result = new Map(onto);
  for (const key of new Set([...from.keys(), ...to.keys()])) {
    const now = to.get(key);
    if (same(from.get(key), now)) continue;
    if (now === undefined) result.delete(key);
    else result.set(key, now);
  }
  return result;
}
