import type { OpenAt } from '../../experiments/trial.ts';
import { findByFolder } from '../../git/repository.ts';
import { Project } from '../../project.ts';
import type { Io } from '../command.ts';

/** Opens other work trees of the user's repository for experiments, with the user's config. */
export function openAt(io: Io, { repo, config }: Project): OpenAt {
  findByFolder(repo);
  return (place) => new Project({ ...place, config, passing: true, self: io.self }).runContext();
}
