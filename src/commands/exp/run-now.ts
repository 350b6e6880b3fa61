// `exp run` at once. The live view is that of `repro`.
import { type ExitName, fail } from '../../core/failure.ts';
import { parseOverrides, type Typed } from '../../experiments/overrides/parse.ts';
import type { Project } from '../../project.ts';
import { selectStages } from '../../run/select.ts';
import { paramsFiles } from '../../run/values.ts';
import type { Io } from '../command.ts';
import { withProject } from '../open-project.ts';
import { chooseName } from './choose-name.ts';
import type { RunFlags, Wish } from './run-flags.ts';
import { runInWorkspace } from './run-here.ts';
import { planIsolated, runIsolated } from './run-isolated.ts';

export async function runNow(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  const done = await withProject<ExitName | 'sweep'>(
    io,
    flags.json ? 'json' : undefined,
    async (project, reporter) => {
      selectStages(project.requirePipeline(), targets, project.dir, 'upstream');
      const typed = typedIn(project, flags);
      if (typed.dimensions.length > 0) return 'sweep';
      const wish = wishOf(project, targets, flags, typed);
      const asked = { io, project, reporter, wish, flags };
      if (flags.dry) return planIsolated(asked);
      return flags.isolated ? runIsolated(asked) : runInWorkspace(asked);
    },
  );
  return done === 'sweep' ? sweep(io, targets, flags) : done;
}

/** One after the other, through the queue: what is not tried when it is stopped stays there. */
async function sweep(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  if (flags.dry) fail('usage', '--dry is for one experiment', { help: 'one value for each param' });
  if (flags.force) fail('usage', '-f is for one experiment', { help: 'one value for each param' });
  const { runQueued } = await import('./run-queue.ts');
  return runQueued(io, targets, { ...flags, all: true, jobs: flags.jobs ?? '1' });
}

function typedIn(project: Project, { setParam }: RunFlags): Typed {
  if (setParam.length === 0) return { fixed: [], dimensions: [] };
  return parseOverrides(setParam, {
    dir: project.dir,
    read: (file) => project.read(file),
    others: paramsFiles(project.pipeline),
  });
}

function wishOf(project: Project, targets: readonly string[], flags: RunFlags, { fixed }: Typed): Wish {
  return {
    name: chooseName(project, flags.name),
    message: flags.message ?? null,
    overrides: fixed,
    targets,
    dir: project.dir,
    sweep: null,
    ticket: null,
  };
}
