// Data entries of pipeline.yaml as commands make them: which paths may be one, and where its line goes.
import { lstatSync } from 'node:fs';
import { failure, MlopsError } from '../core/failure.ts';
import { isWithin, overlaps, pathFrom, type RepoPath, repoPathOf } from '../core/ids.ts';
import type { DataSource, Pipeline } from '../core/pipeline.ts';
import { trackedAmong } from '../git/files.ts';
import { addData } from '../pipeline/edit.ts';
import type { Project } from '../project.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

/** @throws MlopsError `config` for a path that can be no data entry */
export function dataPath(path: string): RepoPath {
  if (path === '')
    throw new MlopsError(
      failure('config', 'the whole repository cannot be data', {
        help: 'name the folders that Git should not hold: mlops add data',
      }),
    );
  return repoPathOf(path);
}

/** @throws MlopsError for every path that does not exist */
export function requireThere(project: Project, paths: readonly RepoPath[]): void {
  const absent = paths.filter((path) => !orAbsent(() => lstatSync(`${project.repo.top}/${path}`), undefined));
  if (absent.length) throw new MlopsError(absent.map((path) => failure('missing', `${path} does not exist`)));
}

/** @throws MlopsError for every path that something else tracks already: a stage, another entry, Git */
export function requireFree(project: Project, paths: readonly RepoPath[]): void {
  const problems = paths.flatMap((path) => {
    const owner = ownerOf(project.pipeline, path);
    return owner ? [failure('config', `${path} ${owner}`)] : [];
  });
  if (problems.length) throw new MlopsError(problems);
  const tracked = [
    ...trackedAmong(
      project.repo,
      paths.filter((path) => !project.pipeline.data.get(path)?.git),
    ),
  ];
  if (tracked.length)
    throw new MlopsError(
      tracked.map((path) =>
        failure('config', `Git already tracks ${path}`, {
          help: `git rm -r --cached ${path}   (the file stays; Git lets go of it), then mlops add ${path}`,
        }),
      ),
    );
}

function ownerOf(pipeline: Pipeline, path: RepoPath): string | undefined {
  for (const stage of pipeline.stages.values())
    for (const out of stage.outs)
      if (overlaps(out.path, path)) return `overlaps ${out.path}, an out of ${stage.name}: repro stores it`;
  for (const data of pipeline.data.keys()) {
    if (data !== path && isWithin(path, data))
      return `lies inside ${data}, which is tracked: mlops add ${data}`;
    if (data !== path && isWithin(data, path))
      return `holds ${data}, which is tracked by itself: mlops remove ${data} first`;
  }
  return undefined;
}

/** Writes data lines into the nearest pipeline.yaml above each path, or a new one at the top. */
export function declareData(
  project: Project,
  paths: readonly RepoPath[],
  options: Partial<DataSource> = {},
): void {
  project.editing(() => {
    for (const path of paths) {
      const file = nearestPipeline(project.pipeline, path);
      const absolute = `${project.repo.top}/${file.path}`;
      const inside = pathFrom(file.dir, path);
      writeAtomic(absolute, addData(project.read(file.path) ?? '', inside, options));
    }
  });
  project.reload();
}

export function nearestPipeline(
  pipeline: Pipeline,
  path: RepoPath,
): { readonly path: RepoPath; readonly dir: RepoPath | '' } {
  const above = pipeline.files.filter((file) => isWithin(path, file.dir));
  return (
    above.sort((a, b) => b.dir.length - a.dir.length)[0] ?? { path: 'pipeline.yaml' as RepoPath, dir: '' }
  );
}
