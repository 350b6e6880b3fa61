// Revisions as plots read them: a name that a user typed → files of that commit, experiment or workspace.
import type { RepoPath } from '../../core/ids.ts';
import type { Header } from '../../plots/csv.ts';
import type { Read } from '../../plots/points.ts';
import { readPoints, tooLarge } from '../../plots/read.ts';
import type { Revision } from '../../plots/sources.ts';
import type { Project } from '../../project.ts';
import { plotFilesAt } from '../../run/plot-files.ts';
import { sideNamed } from '../side-named.ts';

export interface PlotRevision extends Revision {
  /** The path itself, or the files below it. */
  filesAt(path: RepoPath): readonly RepoPath[];
}

/** `typed`: a branch, tag, commit or experiment, or `workspace`. @throws MlopsError `config` for any other */
export function revisionOf(project: Project, typed: string): PlotRevision {
  const side = sideNamed(project, typed);
  const filesAt = plotFilesAt(project.repo, side, project.workspace.store);
  const known = new Map<string, Read>();
  const read = (file: string, header: Header): Read => {
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
