// Who needs an object or a path: the answer to "why is this kept".
import type { Digest } from '../core/ids.ts';
import type { GcTimes } from '../store/gc-plan.ts';
import { youngRuns } from '../store/gc-plan.ts';
import type { Store } from '../store/store.ts';
import { decodeNode } from '../store/tree.ts';
import { everyLock, type Holder } from './every-lock.ts';
import type { GcScope } from './gc.ts';
import { rootsOfRun } from './gc.ts';
import { namedIn } from './lock-names.ts';

export interface Need {
  readonly kind: Holder['kind'] | 'run';
  /** `branch main`, `run of train, 2026-11-20`. */
  readonly by: string;
  /** The artifact that is or holds it. */
  readonly path: string;
}

/** Everything that needs `target`, strongest first; each holder once. */
export async function whoNeeds({ store, repos, times }: GcScope, target: Digest): Promise<Need[]> {
  const holds = holderOf(store, target);
  const needs = new Map<string, Need>();
  for (const repo of repos)
    for await (const { text, heldBy } of everyLock(repo))
      for (const named of namedIn(text))
        if (holds(named.digest, named.tree))
          for (const { kind, name } of heldBy)
            if (!needs.has(name) || needs.get(name)!.path === '')
              needs.set(name, { kind, by: name, path: named.path });
  for (const need of runsNeeding(store, times, holds)) needs.set(need.by, need);
  return [...needs.values()];
}

type Holds = (digest: Digest, tree: boolean) => boolean;

function* runsNeeding(store: Store, times: GcTimes, holds: Holds): Generator<Need> {
  for (const run of youngRuns(store, times)) {
    if (!rootsOfRun(run).some(({ digest, tree }) => holds(digest, tree))) continue;
    const path = Object.entries(run.outs).find(([, out]) =>
      'file' in out ? holds(out.file, false) : holds(out.tree, true),
    )?.[0];
    yield {
      kind: 'run',
      by: `run of ${run.stage}, ${run.started.slice(0, 16).replace('T', ' ')}`,
      path: path ?? '',
    };
  }
}

/** Whether a digest is, or as a tree holds, the target. Each node is read once. */
function holderOf(store: Store, target: Digest): Holds {
  const known = new Map<Digest, boolean>();
  const inTree = (node: Digest): boolean => {
    if (node === target) return true;
    const before = known.get(node);
    if (before !== undefined) return before;
    known.set(node, false);
    const entries = store.has(node) ? decodeNode(store.read(node), node).entries : [];
    const found = entries.some((entry) =>
      entry.kind === 'link' ? false : entry.kind === 'file' ? entry.digest === target : inTree(entry.digest),
    );
    known.set(node, found);
    return found;
  };
  return (digest, tree) => (tree ? inTree(digest) : digest === target);
}
