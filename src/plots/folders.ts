// A plot of a folder is a plot of each file in it that holds points.
import type { RepoPath } from '../core/ids.ts';
import type { PlotDecl } from '../core/plot.ts';
import { holdsPoints } from './read.ts';

/** `filesAt`: the path itself, or what lies below it, in any revision; nothing where nothing is. */
export function withFolders(
  plots: readonly PlotDecl[],
  filesAt: (path: RepoPath) => readonly RepoPath[],
): PlotDecl[] {
  return plots.flatMap((plot) => {
    const [first, ...others] = plot.y;
    if (first === undefined || others.length > 0) return [plot];
    const files = filesAt(first.file);
    if (files.length === 0 || files[0] === first.file) return [plot];
    return files
      .filter(holdsPoints)
      .map((file) => ({ ...plot, id: file, y: [{ file, columns: first.columns }] }));
  });
}
