import type { CommitId, RepoPath } from '../../core/ids.ts';
import type { OpenAt } from '../../experiments/trial.ts';
import { filesNamedAt } from '../../git/history.ts';
import { findByFolder } from '../../git/repository.ts';
import { Project } from '../../project.ts';
import type { Io } from '../command.ts';

/** Opens other work trees of the user's repository for experiments, with the user's config. */
export function openAt(io: Io, { repo, config }: Project): OpenAt {
  findByFolder(repo);
  // All experiments of a sweep begin with the files of one commit: Git lists them once.
  const known = new Map<CommitId, readonly RepoPath[]>();
  return ({ commit, ...place }) => {
    const pipelineFiles = known.get(commit) ?? filesNamedAt(repo, commit, 'pipeline.yaml');
    known.set(commit, pipelineFiles);
    const { self, secretEnv } = io;
    const secrets = secretEnv ? { secretEnv } : {};
    return new Project({ ...place, ...secrets, config, passing: true, pipelineFiles, self }).runContext();
  };
}
