// Where a job pushes to.
import { originUrl } from '../git/remote-urls.ts';
import type { Repository } from '../git/repository.ts';
import type { CiContext } from './context.ts';

/** A host says it itself: what the checkout's settings say of `origin`, code of the job may have written since. A remote's name or a URL. */
export function pushAddress(repo: Repository, { host, repository }: CiContext): string {
  const named = 'origin';
  if (host === 'shell' || !repository) return named;
  return /^https?:\/\//i.test(originUrl(repo) ?? '') ? `${repository.url}.git` : named;
}
