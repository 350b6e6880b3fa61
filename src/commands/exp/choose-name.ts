import { newName } from '../../experiments/names.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { takenNames } from '../../experiments/queue/taken-names.ts';
import { checkName } from '../../experiments/refs.ts';
import type { Project } from '../../project.ts';

/** The name that was asked for, or one that nobody has. @throws MlopsError when it is taken or cannot be */
export function chooseName(project: Project, wished: string | undefined): string {
  const taken = takenNames(openQueue(project.repo), project.config.exp.refs);
  if (wished === undefined) return newName(new Set(taken.map((name) => name.toLowerCase())));
  checkName(wished, taken);
  return wished;
}
