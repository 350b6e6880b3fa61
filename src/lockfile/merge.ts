// Three locks → one, stage by stage and data entry by data entry, because Git's line merge makes neighbours collide and
// leaves what is not JSON. What one side changed is taken. A block that both sides changed is left out: it only says
// what a stage last read and wrote, and `repro` gets it again, from the run cache where it can. A data entry is told
// nowhere else, so there both lines stay between conflict markers, which readers of the lock can read around.
import type { RepoPath } from '../core/ids.ts';
import type { Json } from '../core/json.ts';
import type { DataRecord, Lock, LockBlock } from '../core/lock.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { writeLock } from './write.ts';

export interface LockMerge {
  readonly text: string;
  /** Data entries that both sides changed, each otherwise: a person has to choose. */
  readonly conflicts: readonly RepoPath[];
  /** Stages whose blocks were left out. */
  readonly dropped: readonly string[];
}

/** `base` is what both sides started from; an empty lock where there is none. */
export function mergeLocks(base: Lock, ours: Lock, theirs: Lock): LockMerge {
  const data = mergeEntries<RepoPath, DataRecord>(base.data, ours.data, theirs.data);
  const stages = mergeEntries<string, LockBlock>(base.stages, ours.stages, theirs.stages);
  const side = (lock: Lock): string =>
    writeLock({
      stages: stages.merged,
      data: new Map([...data.merged, ...data.both.map((path) => [path, lock.data.get(path)!] as const)]),
    });
  const text = data.both.length === 0 ? side(ours) : withMarkers(side(ours), side(theirs));
  return { text, conflicts: data.both, dropped: stages.both };
}

interface Merged<K, V> {
  readonly merged: ReadonlyMap<K, V>;
  /** Keys that are on both sides, changed on both, differently. */
  readonly both: readonly K[];
}

function mergeEntries<K, V>(
  base: ReadonlyMap<K, V>,
  ours: ReadonlyMap<K, V>,
  theirs: ReadonlyMap<K, V>,
): Merged<K, V> {
  const merged = new Map<K, V>();
  const both: K[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [was, a, b] = [base.get(key), ours.get(key), theirs.get(key)];
    const taken = same(a, b) || same(was, b) ? a : same(was, a) ? b : undefined;
    if (taken !== undefined) merged.set(key, taken);
    else if (a !== undefined && b !== undefined) both.push(key);
    // One side took it out, the other renewed it: an entry too many is pruned, one too few is lost.
    else if (!same(was, a) && !same(was, b)) merged.set(key, (a ?? b)!);
  }
  return { merged, both };
}

/** Two entries, or the absence of them. */
export function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}

/** Both texts have the same lines but for the entries that differ, as each entry is one line. */
function withMarkers(ours: string, theirs: string): string {
  const [a, b] = [ours.split('\n'), theirs.split('\n')];
  const lines: string[] = [];
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at]) lines.push(a[at]!);
    else lines.push('<<<<<<< ours', a[at]!, '=======', b[at]!, '>>>>>>> theirs');
  }
  return lines.join('\n');
}
