// Experiments beside what they started from.
import type { Experiment } from '../../core/experiment.ts';
import { MlopsError } from '../../core/failure.ts';
import type { Pipeline } from '../../core/pipeline.ts';
import type { Project } from '../../project.ts';
import { visible } from '../../render/text-width.ts';
import { actions } from '../../run/actions/registry.ts';
import { committed } from '../../run/committed.ts';
import { type Side, sideOf } from '../../run/side.ts';
import type { Unreadable } from '../../run/values.ts';
import type { Io } from '../command.ts';
import { say } from '../open-project.ts';

/** The commit it started from, called by its beginning. */
export function baselineSide({ repo }: Project, { baseline }: Experiment): Side {
  return { ...sideOf(repo, baseline), name: baseline.slice(0, 7) };
}

/** Of each side its own pipeline, as far as it is right; of the workspace the one in the files. */
export function pipelinesOf(project: Project, sides: readonly Side[]): Pipeline[] {
  return sides.flatMap(({ commit }) => {
    try {
      return [commit === undefined ? project.pipeline : committed(project.repo, commit, actions).pipeline];
    } catch (error) {
      if (error instanceof MlopsError) return [];
      throw error;
    }
  });
}

/** One metric that cannot be read, as of a run that diverged, hides no experiment. */
export function warnOf(io: Io): Unreadable {
  return (failures) => {
    for (const { message, where } of failures)
      say(io, visible(`warning: ${where ? `${where.file} is left out: ` : ''}${message}`));
  };
}
