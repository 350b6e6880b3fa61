// The pictures of a report where a comment can show them from: hosts show none that lie among a job's artifacts.
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CiContext } from '../../ci/context.ts';
import { pushImages } from '../../ci/image-ref.ts';
import { type GitToken, tokenEnvironment } from '../../git/credentials.ts';
import type { Repository } from '../../git/repository.ts';
import type { PipelineView } from '../../render/pipeline/types.ts';
import { orAbsent } from '../../util/errno.ts';

export interface Shown {
  readonly view: PipelineView;
  /** Why some are not shown. */
  readonly notes: readonly string[];
}

/** `folder`: of the report. Pushes them into a ref of their own. */
export function showImages(
  repo: Repository,
  { pull, branch, repository }: CiContext,
  view: PipelineView,
  folder: string,
  token: GitToken,
): Shown {
  const files = view.images.flatMap(({ file }) => {
    const name = basename(file);
    // Of the folder's own, whatever path the report says.
    const bytes = orAbsent(() => readFileSync(join(folder, 'images', name)), undefined);
    return bytes ? [{ name, bytes }] : [];
  });
  const of = pull ? { pull: pull.number } : branch ? { branch } : undefined;
  if (files.length === 0 || !of || !repository) return { view, notes: [] };
  const passing = join(repo.gitDir, 'mlops');
  mkdirSync(passing, { recursive: true });
  const { urls, notes } = pushImages(repo, files, {
    place: { remote: 'origin', env: tokenEnvironment(repo, 'origin', token) },
    of,
    repositoryUrl: repository.url,
    folder: passing,
  });
  const images = view.images.map((each) => ({ ...each, url: urls.get(basename(each.file)) ?? null }));
  return { view: { ...view, images }, notes };
}
