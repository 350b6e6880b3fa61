import type { OpenAt } from '../../experiments/trial.ts';
import { findByFolder, type Repository } from '../../git/repository.ts';
import { Project } from '../../project.ts';
import type { Io } from '../command.ts';

/** Opens a project in another work tree of `repo`, for an experiment. */
export function openAt(io: Io, repo: Repository): OpenAt {
  findByFolder(repo);
  return (place) => new Project({ ...place, self: io.self }).runContext();
}
