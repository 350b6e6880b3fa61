// Keeps outs and data out of Git: a marked block in the .gitignore beside each pipeline.yaml, written before bytes
// appear, so that `git add .` can never commit them.
import { readFileSync } from 'node:fs';
import { failure, MlopsError } from '../core/failure.ts';
import { pathFrom, pathIn, type RepoPath } from '../core/ids.ts';
import type { Pipeline, PipelineFile } from '../core/pipeline.ts';
import { trackedAmong } from '../git/files.ts';
import { ignorePattern, withManagedBlock } from '../git/managed-block.ts';
import type { Repository } from '../git/repository.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

interface IgnoreEdit {
  readonly path: RepoPath;
  readonly text: string;
  /** What the file is to hide. */
  readonly hidden: readonly RepoPath[];
}

/** Writes the blocks that are out of date; returns the files it changed. */
export function keepIgnored(repo: Repository, pipeline: Pipeline): RepoPath[] {
  return ignoreEdits(repo, pipeline).map(({ path, text, hidden }) => {
    refuseTracked(repo, hidden);
    writeAtomic(`${repo.top}/${path}`, text);
    return path;
  });
}

/** The .gitignore files whose block is out of date, as they should be. */
export function ignoreEdits(repo: Repository, pipeline: Pipeline): IgnoreEdit[] {
  return pipeline.files.flatMap((file) => {
    const path = pathIn(file.dir, '.gitignore');
    const before = orAbsent(() => readFileSync(`${repo.top}/${path}`, 'utf8'), '');
    const hidden = hiddenPaths(pipeline, file);
    const text = withManagedBlock(
      before,
      hidden.map((each) => ignorePattern(pathFrom(file.dir, each))),
    );
    return text === before ? [] : [{ path, text, hidden }];
  });
}

/** Outs, data and report pages below the folder of `file` that Git is not to keep. */
function hiddenPaths(pipeline: Pipeline, file: PipelineFile): RepoPath[] {
  const stages = [...pipeline.stages.values()].filter((stage) => stage.file.path === file.path);
  const outs = stages.flatMap((stage) => stage.outs.filter((out) => !out.git).map((out) => out.path));
  const pages = stages
    .filter((stage) => stage.action.kind === 'uses')
    .flatMap((stage) =>
      stage.outs
        .filter((out) => out.git && out.path.endsWith('.json'))
        .map((out) => out.path.replace(/\.json$/, '.html') as RepoPath),
    );
  const data = [...pipeline.data.values()]
    .filter((each) => each.file.path === file.path && !each.git)
    .map((each) => each.path);
  return [...outs, ...pages, ...data].filter((path) => file.dir === '' || path.startsWith(`${file.dir}/`));
}

function refuseTracked(repo: Repository, paths: readonly RepoPath[]): void {
  const tracked = [...trackedAmong(repo, paths)];
  if (tracked.length === 0) return;
  throw new MlopsError(
    tracked.map((path) =>
      failure('config', `Git already tracks ${path}, which mlops is to keep`, {
        help: `git rm -r --cached ${path}   (the file stays; Git lets go of it)`,
      }),
    ),
  );
}
