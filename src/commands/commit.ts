import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunContext } from '../run/context.ts';
import { renewData } from '../run/data.ts';
import { fingerprintOf } from '../run/fingerprint.ts';
import { snapshotOuts } from '../run/outs.ts';
import { acceptOuts, outProblems } from '../run/record.ts';
import { selectStages } from '../run/select.ts';
import { claimStage } from '../run/stage-claim.ts';
import { examples, type Io, type Run } from './command.ts';
import { hideFromGit } from './edit-files.ts';
import { print, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'stages; nothing means all whose outs are there')
    .option('-f, --force', 'also where the command, a dep or a param changed since the last run')
    .addHelpText(
      'after',
      `\nRecords that the outs in the workspace are the results of the stages as they are now, without running them.\nWhoever pulls the lock is given these outs: do it only when that is true.\n${examples('mlops commit train', 'mlops commit -f')}`,
    )
    .action(run((targets: string[], flags: { force?: true }) => commit(io, targets, flags.force ?? false)));
}

function commit(io: Io, targets: readonly string[], force: boolean): Promise<ExitName> {
  return withProject<ExitName>(io, undefined, async (project, reporter) => {
    const pipeline = project.requirePipeline();
    const { named } = selectStages(pipeline, targets, project.dir, 'single');
    const context = project.runContext();
    hideFromGit(project);
    const stages = pipeline.order
      .filter((name) => named.includes(name))
      .map((name) => pipeline.stages.get(name)!);
    await renewData(context, stages, targets.length === 0);
    const accepted: Stage[] = [];
    try {
      for (const stage of stages) if (await accept(context, stage, force)) accepted.push(stage);
      project.locks.flush();
      project.workspace.stat.flush();
    } finally {
      reporter.close();
      for (const { name, outs } of accepted) print(io, `${name}: ${outs.map((out) => out.path).join(' ')}`);
    }
    print(
      io,
      accepted.length === 0
        ? 'nothing to commit: the lock says what is there'
        : `committed ${accepted.length} of ${stages.length} stages; next: git add pipeline.lock`,
    );
    return 'ok';
  });
}

async function accept(context: RunContext, stage: Stage, force: boolean): Promise<boolean> {
  const now = await fingerprintOf(context, stage);
  const block = context.locks.block(stage);
  const claim = await claimStage(context, stage, now, 'settle');
  try {
    const outs = await snapshotOuts(context, stage);
    const problems = outProblems(stage, outs);
    if (problems.length) throw new MlopsError(problems);
    if (block && block.key !== now.key && !force)
      throw new MlopsError(
        failure('refused', `${stage.name} changed since it last ran`, {
          where: stage.where,
          help: `mlops repro ${stage.local}; or, if its outs are right all the same: mlops commit -f ${stage.local}`,
        }),
      );
    return await acceptOuts(context, stage, now, outs);
  } finally {
    claim.release();
  }
}
