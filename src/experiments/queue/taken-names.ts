import { refsBelow } from '../../git/refs.ts';
import { experimentPrefixes } from '../refs.ts';
import { idsIn, type Queue } from './queue.ts';
import { nameInId } from './ticket-id.ts';

/** Of experiments, and of what waits or runs. `refs` is `exp.refs`. */
export function takenNames(queue: Queue, refs: string | undefined): string[] {
  const experiments = refsBelow(queue.repo, experimentPrefixes(refs)).map(
    ({ ref }) => ref.split('/').at(-1)!,
  );
  const waiting = idsIn(queue, 'waiting').flatMap((id) => nameInId(id) ?? []);
  return [...experiments, ...waiting];
}
