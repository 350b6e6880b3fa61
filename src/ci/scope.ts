// Under which scope of the run cache a job writes what it ran: `main` is believed by everybody.
import type { CiContext } from './context.ts';

/** Undefined in a plain shell, where the environment says it or nobody does. */
export function scopeOf({ host, event, pull, branch, guard }: CiContext): string | undefined {
  if (pull) return `pr-${pull.number}`;
  if (host === 'shell') return undefined;
  if (event !== 'push' && event !== 'schedule' && event !== 'manual') return 'other';
  // GitLab says of every ref whether it is guarded; GitHub lets nobody push who may not run this job anyway.
  if (host === 'gitlab' && guard === 'open') return `ref-${slugOf(branch ?? 'tag')}`;
  return 'main';
}

function slugOf(branch: string): string {
  return branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
}
