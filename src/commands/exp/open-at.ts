import type { OpenAt } from '../../experiments/trial.ts';
import { Project } from '../../project.ts';
import type { Io } from '../command.ts';

/** Opens a project in another work tree of the repository, for an experiment. */
export function openAt(io: Io): OpenAt {
  return (place) => new Project({ ...place, self: io.self }).runContext();
}
