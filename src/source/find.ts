// What stands at a path of a repository: tracked by its locks, in part or in several pieces, or kept by Git alone.
import type { StoredArtifact } from '../core/artifact.ts';
import { fail } from '../core/failure.ts';
import { isWithin, pathFrom, type RepoPath, repoPathOf } from '../core/ids.ts';
import type { CommitFile } from '../git/commit-files.ts';
import { suggest } from '../util/suggest.ts';
import type { OpenedRepository } from './repository.ts';

export interface Piece {
  /** Where it stands below the path that was asked for; '' is that path itself. */
  readonly inside: string;
  readonly artifact: StoredArtifact;
}

export type Found =
  /** The path lies in a tracked folder, at `only`. */
  | {
      readonly kind: 'part';
      readonly at: RepoPath;
      readonly path: RepoPath;
      readonly artifact: StoredArtifact;
      readonly only: string;
    }
  /** Tracked artifacts, and files that only Git has. */
  | {
      readonly kind: 'pieces';
      readonly at: RepoPath;
      readonly tracked: readonly Piece[];
      readonly files: readonly CommitFile[];
    };

/** @throws MlopsError `missing` when nothing is there */
export function find({ shown, git, tracked }: OpenedRepository, typed: string): Found {
  const at = repoPathOf(typed.replace(/^\.\//, '').replace(/\/+$/, ''));
  for (const [path, artifact] of tracked.has(at) ? [] : tracked)
    if (isWithin(at, path)) return { kind: 'part', at, path, artifact, only: pathFrom(path, at) };
  const pieces = [...tracked]
    .filter(([path]) => isWithin(path, at))
    .map(([path, artifact]): Piece => ({ inside: path === at ? '' : pathFrom(at, path), artifact }));
  // A block of a stage that is gone may say otherwise than its successor: the outer one counts.
  const outermost = pieces.filter(
    ({ inside }) => !pieces.some((other) => other.inside !== inside && isWithin(inside, other.inside)),
  );
  const owned = (path: string): boolean => [...tracked.keys()].some((each) => isWithin(path, each));
  const files = git.files.filter(({ path }) => isWithin(path, at) && !owned(path));
  if (pieces.length + files.length === 0)
    notThere(shown, at, [...tracked.keys(), ...git.files.map(({ path }) => path)], git.commit);
  return { kind: 'pieces', at, tracked: outermost, files };
}

function notThere(shown: string, at: RepoPath, known: readonly string[], commit: string | undefined): never {
  const near = suggest(at, known);
  fail('missing', `${shown} has no ${at}${commit === undefined ? '' : ` at commit ${commit.slice(0, 7)}`}`, {
    help: near === undefined ? 'mlops ls, in that repository, lists what it tracks' : `did you mean ${near}?`,
  });
}
