// Under which scope of the run cache a job writes what it ran: `main` is believed by everybody, so only jobs of a branch write
// there that not anybody may push to.
import { digestBytes } from '../util/digest.ts';
import type { CiContext } from './context.ts';

/** Undefined in a plain shell, where the environment says it or nobody does. */
export function scopeOf(context: CiContext): string | undefined {
  const { host, event, pull, branch } = context;
  if (pull) return `pr-${pull.number}`;
  // A shell that names no number still runs what a pull request brings.
  if (event === 'pull_request') return 'other';
  if (host === 'shell') return undefined;
  if (event !== 'push' && event !== 'schedule' && event !== 'manual') return 'other';
  if (isMain(context)) return 'main';
  return branch === undefined ? 'other' : `ref-${slugOf(branch)}`;
}

/** GitHub's schedules run on the default branch alone, and do not say which that is. */
function isMain({ host, event, branch, defaultBranch, guard }: CiContext): boolean {
  if (guard === 'guarded' || (host === 'github' && event === 'schedule')) return true;
  return branch !== undefined && branch === defaultBranch;
}

/** At most 60 characters. Two branches never share one, however alike: `a/b`, `a-b`, `A-B`. */
function slugOf(branch: string): string {
  const readable = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 43);
  return `${readable}-${digestBytes(branch).slice(0, 16)}`;
}
