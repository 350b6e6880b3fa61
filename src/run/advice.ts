// What to type when the bytes of a path are not here.
import { isWithin, type RepoPath } from '../core/ids.ts';
import type { DataDecl, Pipeline } from '../core/pipeline.ts';
import type { RunContext } from './context.ts';

/** `otherwise`: the way where a remote is configured. */
export function adviceFor(
  { pipeline, remote, remoteIs }: Pick<RunContext, 'pipeline' | 'remote' | 'remoteIs'>,
  path: RepoPath,
  otherwise: string,
): string {
  const imported = importAt(pipeline, path);
  if (remote && remoteIs === 'optional')
    return `${otherwise}; where that is refused, as without credentials: somebody who has them runs it, from a branch of the repository itself`;
  if (imported && !remote) return `mlops update ${imported.path}`;
  if (imported) return `${otherwise}; or, from where it was imported: mlops update ${imported.path}`;
  return remote ? otherwise : 'no remote is configured: mlops remote add -d NAME URL';
}

/** The import that `path` is or lies in. */
export function importAt(pipeline: Pipeline, path: RepoPath): DataDecl | undefined {
  return [...pipeline.data.values()].find((data) => data.source && isWithin(path, data.path));
}
