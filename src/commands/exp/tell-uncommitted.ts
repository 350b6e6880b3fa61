// Experiments beside the workspace start from it as it is. What that has beyond HEAD is said: else the result of an
// experiment looks like that of its overrides alone.

import type { Trial } from '../../core/experiment.ts';
import { treeChanges } from '../../git/tree-changes.ts';
import type { Project } from '../../project.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';

const NAMED = 4;

export function tellUncommitted(
  io: Io,
  { repo }: Project,
  { baseline, commit }: Pick<Trial, 'baseline' | 'commit'>,
): void {
  const changed = treeChanges(repo, baseline, commit).flatMap(({ path, from }) => (from ? [path] : []));
  if (changed.length === 0) return;
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : '';
  say(io, `with your changes that are not committed: ${changed.slice(0, NAMED).join(', ')}${more}`);
}
