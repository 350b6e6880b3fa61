import { newName } from '../../experiments/names.ts';
import { checkName, listExperiments } from '../../experiments/refs.ts';
import type { Project } from '../../project.ts';

/** The name that was asked for, or one that nobody has. @throws MlopsError when it is taken or cannot be */
export function chooseName(project: Project, wished: string | undefined): string {
  const taken = listExperiments(project.repo, project.config.exp.refs).map(({ name }) => name);
  if (wished === undefined) return newName(new Set(taken.map((name) => name.toLowerCase())));
  checkName(wished, taken);
  return wished;
}
