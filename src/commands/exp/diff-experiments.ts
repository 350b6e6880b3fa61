import type { ExitName } from '../../core/failure.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import type { Project } from '../../project.ts';
import type { Side } from '../../run/side.ts';
import type { Io } from '../command.ts';
import { diffOf, printDiff } from '../diff-sides.ts';
import { withProject } from '../open-project.ts';
import { experimentSide, sideNamed } from '../side-named.ts';
import { baselineSide, pipelinesOf, warnOf } from './sides.ts';

export interface ExpDiffFlags {
  readonly json?: true;
  readonly md?: true;
}

export function diffExperiments(
  io: Io,
  a: string,
  b: string | undefined,
  flags: ExpDiffFlags,
): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project) => {
    const sides: [Side, Side] =
      b === undefined ? withBaseline(project, a) : [sideNamed(project, a), sideNamed(project, b)];
    const unreadable = warnOf(io);
    printDiff(io, await diffOf(project, ...sides, pipelinesOf(project, sides), { unreadable }), flags);
    return 'ok';
  });
}

function withBaseline(project: Project, typed: string): [Side, Side] {
  const experiment = findExperiment(listExperiments(project.repo, project.config.exp.refs), typed);
  return [baselineSide(project, experiment), experimentSide(project, experiment)];
}
