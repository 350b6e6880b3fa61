import { changeRefs, refsBelow } from '../../git/refs.ts';
import { QUEUE_REFS, type Queue } from './queue.ts';

/** Of tickets that will not run again. Those that are gone already are no trouble: who came before got as far. */
export function dropRefs(queue: Queue, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const gone = new Set(ids.map((id) => QUEUE_REFS + id));
  const refs = refsBelow(queue.repo, [QUEUE_REFS]).filter(({ ref }) => gone.has(ref));
  changeRefs(
    queue.repo,
    refs.map(({ ref, commit }) => ({ ref, from: commit, to: null })),
    null,
  );
}
