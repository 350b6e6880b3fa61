// What may be named where sides are compared or drawn: `workspace`, an experiment, a commit. In this order, so that a
// branch with the name of an experiment hides none.
import type { Experiment } from '../core/experiment.ts';
import { fail } from '../core/failure.ts';
import { answersTo, findExperiment, listExperiments } from '../experiments/refs.ts';
import { tryResolve } from '../git/history.ts';
import type { Project } from '../project.ts';
import { type Side, sideOf } from '../run/side.ts';

export const WORKSPACE = 'workspace';

/** @throws MlopsError `config` for what is nothing of these */
export function sideNamed(project: Project, typed: string): Side {
  const { repo, config } = project;
  if (typed === WORKSPACE) return sideOf(repo, undefined);
  const experiments = listExperiments(repo, config.exp.refs);
  const isExperiment = experiments.some((each) => answersTo(each, typed));
  if (!isExperiment && tryResolve(repo, typed)) return sideOf(repo, typed);
  if (typed === 'HEAD') fail('config', 'there is no commit yet', { help: 'git add -A && git commit' });
  if (experiments.length === 0)
    fail('config', `no commit or experiment is called "${typed}"`, {
      help: 'a branch, tag, commit id or experiment; "git log --oneline" lists commits',
    });
  return experimentSide(project, findExperiment(experiments, typed));
}

export function experimentSide({ repo }: Project, { commit, name }: Experiment): Side {
  return { ...sideOf(repo, commit), name };
}
