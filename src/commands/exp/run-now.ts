// `exp run` at once. The live view is that of `repro`.
import type { Override } from '../../core/experiment.ts';
import { type ExitName, fail } from '../../core/failure.ts';
import { parseOverrides } from '../../experiments/overrides/parse.ts';
import type { Project } from '../../project.ts';
import { selectStages } from '../../run/select.ts';
import type { Io } from '../command.ts';
import { withProject } from '../open-project.ts';
import { chooseName } from './choose-name.ts';
import type { RunFlags, Wish } from './run-flags.ts';
import { runInWorkspace } from './run-here.ts';
import { planIsolated, runIsolated } from './run-isolated.ts';

export function runNow(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'json' : undefined, (project, reporter) => {
    const wish = wishOf(project, targets, flags);
    if (flags.dry) return planIsolated(io, project, reporter, wish, flags);
    return flags.isolated
      ? runIsolated(io, project, reporter, wish, flags)
      : runInWorkspace(io, project, reporter, wish, flags);
  });
}

function wishOf(project: Project, targets: readonly string[], flags: RunFlags): Wish {
  const pipeline = project.requirePipeline();
  selectStages(pipeline, targets, project.dir, 'upstream');
  return {
    name: chooseName(project, flags.name),
    message: flags.message ?? null,
    overrides: overridesOf(project, flags),
    targets,
    dir: project.dir,
    sweep: null,
    ticket: null,
  };
}

function overridesOf(project: Project, { setParam }: RunFlags): readonly Override[] {
  if (setParam.length === 0) return [];
  const { fixed, dimensions } = parseOverrides(setParam, {
    dir: project.dir,
    read: (file) => project.read(file),
  });
  if (dimensions.length > 0)
    fail('usage', 'several values for a param make several experiments', { help: '--queue' });
  return fixed;
}
