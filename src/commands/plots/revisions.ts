// Revisions as plots read them: a name that a user typed → files of that commit, experiment or workspace.
import { fail } from '../../core/failure.ts';
import type { RepoPath } from '../../core/ids.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { tryResolve } from '../../git/history.ts';
import type { Read } from '../../plots/points.ts';
import { readPoints, tooLarge } from '../../plots/read.ts';
import type { Revision } from '../../plots/sources.ts';
import type { Project } from '../../project.ts';
import { plotFilesAt } from '../../run/plot-files.ts';
import { type Side, sideOf } from '../../run/side.ts';

export const WORKSPACE = 'workspace';

export interface PlotRevision extends Revision {
  /** The path itself, or the files below it. */
  filesAt(path: RepoPath): readonly RepoPath[];
}

/** `typed`: a branch, tag, commit or experiment, or `workspace`. @throws MlopsError `config` for any other */
export function revisionOf(project: Project, typed: string): PlotRevision {
  const side = sideNamed(project, typed);
  const filesAt = plotFilesAt(project.repo, side, project.workspace.store);
  const known = new Map<string, Read>();
  const read = (file: string, header: boolean): Read => {
    const found = filesAt(file as RepoPath).find(({ path }) => path === file);
    if (!found) {
      const folder = filesAt(file as RepoPath).length > 0;
      return folder
        ? { kind: 'unfit', problem: 'is a folder: name a file in it' }
        : { kind: 'absent', problem: 'is not there' };
    }
    const large = tooLarge(found.bytes);
    if (large) return { kind: 'unfit', problem: large };
    const bytes = found.read();
    return bytes
      ? readPoints(file, bytes, header)
      : { kind: 'absent', problem: 'is recorded, but its bytes are not here: mlops fetch' };
  };
  return {
    name: typed,
    filesAt: (path) => filesAt(path).map((file) => file.path),
    read: (file, header) => {
      const key = `${header} ${file}`;
      const result = known.get(key) ?? read(file, header);
      known.set(key, result);
      return result;
    },
  };
}

function sideNamed({ repo, config }: Project, typed: string): Side {
  if (typed === WORKSPACE) return sideOf(repo, undefined);
  if (tryResolve(repo, typed) !== undefined) return sideOf(repo, typed);
  if (typed === 'HEAD')
    fail('config', 'there is no commit yet to draw', { help: 'git add -A && git commit' });
  const experiments = listExperiments(repo, config.exp.refs);
  if (experiments.length > 0) return sideOf(repo, findExperiment(experiments, typed).commit);
  return fail('config', `no commit or experiment is called "${typed}"`, {
    help: 'a branch, tag, commit id or experiment; "git log --oneline" lists commits',
  });
}
