// What becomes of experiments as a whole: they go, get another name, or become a branch. Refs only; data stay where they are.
import type { Experiment } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import { changeRefs, type RefChange } from '../git/refs.ts';
import { type Repository, runGit } from '../git/repository.ts';
import { treeOf, writeCommit } from '../git/write-commit.ts';
import { writeMessage } from './message.ts';
import { checkName, experimentRef } from './refs.ts';

/** All or none. @throws MlopsError `busy` */
export function removeExperiments(repo: Repository, experiments: readonly Experiment[]): void {
  changeExperiments(
    repo,
    experiments.map(({ ref, commit }) => ({ ref, from: commit, to: null })),
    'mlops exp remove',
  );
}

/** What brings it back, as long as Git has the commit. */
export function restoreLine({ ref, commit }: Experiment): string {
  return `git update-ref ${ref} ${commit}`;
}

/** The name stands in the commit too, so it is written anew. `taken`: names of others. @throws MlopsError `usage`, `refused` for the name */
export function renameExperiment(
  repo: Repository,
  taken: readonly string[],
  experiment: Experiment,
  name: string,
): Experiment {
  checkName(name, taken);
  const { ref, commit, message, ...record } = experiment;
  const renamed = { ...record, name };
  const words = message === experiment.name ? name : message;
  const moved = writeCommit(repo, treeOf(repo, commit), [experiment.baseline], writeMessage(renamed, words));
  const prefix = ref.slice(0, ref.length - `${experiment.baseline}/${experiment.name}`.length);
  const to = experimentRef(prefix, experiment.baseline, name);
  if (to === ref) return experiment;
  changeExperiments(
    repo,
    [
      { ref: to, from: null, to: moved },
      { ref, from: commit, to: null },
    ],
    'mlops exp rename',
  );
  return { ...renamed, ref: to, commit: moved, message: words };
}

/** @throws MlopsError `usage` for what cannot be a branch, `refused` for one that is there */
export function branchExperiment(repo: Repository, { commit, name }: Experiment, branch: string): void {
  const { code, stdout } = runGit(repo.top, ['check-ref-format', '--branch', branch]);
  if (code !== 0 || stdout.toString().trim() !== branch)
    fail('usage', `a branch cannot be called "${branch}"`, { help: 'git help check-ref-format says why' });
  const problem = changeRefs(
    repo,
    [{ ref: `refs/heads/${branch}`, from: null, to: commit }],
    `mlops exp branch ${name}`,
  );
  if (problem !== undefined)
    fail('refused', `the branch ${branch} cannot be made: ${problem}`, {
      help: 'choose another name; git branch lists those that are taken',
    });
}

/** @throws MlopsError `busy` when somebody changed one of them meanwhile; then none is changed */
export function changeExperiments(repo: Repository, changes: readonly RefChange[], why: string): void {
  const problem = changeRefs(repo, changes, why);
  if (problem !== undefined)
    fail('busy', `another process changed these experiments meanwhile: ${problem}`, { help: 'try again' });
}
