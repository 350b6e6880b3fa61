// Clears away what killed processes and removed work trees left of experiments. What runs or waits, and every experiment,
// stays; who finds something left while it works does the same, so this is for the impatient.
import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { changeRefs, refsBelow } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import type { Work } from '../run/claims.ts';
import type { StateDirs } from '../run/context.ts';
import { orAbsent } from '../util/errno.ts';
import { isTemporary } from '../util/temporary-file.ts';
import { placesOf, removeLeftovers } from './alone.ts';
import { APPLY_REFS } from './apply-record.ts';
import { clearLeftovers } from './queue/leftovers.ts';
import { openQueue, QUEUE_REFS } from './queue/queue.ts';

/** What went. */
export interface Cleaned {
  /** Names of work trees in which something ran. */
  readonly worktrees: readonly string[];
  /** Of tickets that are not there any more. */
  readonly queueRefs: readonly string[];
  /** What `exp apply --undo` would give back in work trees that are gone. */
  readonly applyRefs: readonly string[];
  /** Temporary files; absolute. */
  readonly files: readonly string[];
}

export async function cleanExperiments(
  repo: Repository,
  state: StateDirs,
  shared: Work,
  now = new Date(),
): Promise<Cleaned> {
  const queue = openQueue(repo);
  const standing = () => ({
    places: placesIn(repo),
    refs: refsBelow(repo, [QUEUE_REFS]).map(({ ref }) => ref),
  });
  const before = standing();
  removeLeftovers(repo, shared);
  await clearLeftovers(queue);
  const after = standing();
  return {
    worktrees: before.places.filter((each) => !after.places.includes(each)),
    queueRefs: before.refs.filter((each) => !after.refs.includes(each)),
    applyRefs: dropApplyRefs(repo),
    files: [state.worktree, state.shared, ...foldersIn(queue.dir)].flatMap((dir) =>
      dropTemporaries(dir, now),
    ),
  };
}

function placesIn(repo: Repository): string[] {
  return orAbsent(() => readdirSync(placesOf(repo)), []);
}

/** Of work trees that are gone. */
function dropApplyRefs(repo: Repository): string[] {
  const linked = `${APPLY_REFS}worktrees/`;
  const gone = refsBelow(repo, [linked]).filter(
    ({ ref }) => !existsSync(join(repo.commonDir, 'worktrees', ref.slice(linked.length))),
  );
  const problem = changeRefs(
    repo,
    gone.map(({ ref, commit }) => ({ ref, from: commit, to: null })),
    'mlops exp clean',
  );
  return problem === undefined ? gone.map(({ ref }) => ref) : [];
}

const DAY_MS = 86_400_000;

/** Of a process on any host: nobody writes one for a day. */
function dropTemporaries(dir: string, now: Date): string[] {
  const found = orAbsent(() => readdirSync(dir), []).filter(isTemporary);
  const old = found
    .map((name) => join(dir, name))
    .filter((path) => {
      const stat = orAbsent(() => lstatSync(path), undefined);
      return stat !== undefined && now.getTime() - stat.mtimeMs > DAY_MS;
    });
  for (const path of old) rmSync(path, { recursive: true, force: true });
  return old;
}

function foldersIn(dir: string): string[] {
  const folders = orAbsent(() => readdirSync(dir, { withFileTypes: true }), []).filter((each) =>
    each.isDirectory(),
  );
  return [dir, ...folders.map(({ name }) => join(dir, name))];
}
