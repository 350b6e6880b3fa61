import type { Override } from '../../core/experiment.ts';
import type { RepoPath } from '../../core/ids.ts';

/** The text of a params file with the overrides of it carried out, one after the other. */
export function applyOverrides(text: string, file: RepoPath, overrides: readonly Override[]): string {
  void file;
  void overrides;
  return text;
}
