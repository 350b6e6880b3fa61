import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { hideFromGit } from '../edit-files.ts';
import { print, say, withProject } from '../open-project.ts';

interface Flags {
  readonly name?: string;
  readonly message?: string;
  readonly force?: true;
}

export function addSave(exp: Command, io: Io, run: Run): void {
  exp
    .command('save')
    .description('keep the workspace as an experiment, without running anything')
    .option('-n, --name <name>', 'call it so; default: two words')
    .option('-m, --message <text>', 'what it is about')
    .option('-f, --force', 'also when outs differ from the lock: the experiment has those of the lock')
    .addHelpText('after', examples('mlops exp save', 'mlops exp save -n by-hand -m "trees pruned by hand"'))
    .action(run((flags: Flags) => save(io, flags)));
}

function save(io: Io, flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, undefined, async (project, reporter) => {
    const { BaselineRecords } = await import('../../experiments/baseline-records.ts');
    const { saveWorkspace } = await import('../../experiments/save.ts');
    const { chooseName } = await import('./choose-name.ts');
    project.requirePipeline();
    const name = chooseName(project, flags.name);
    hideFromGit(project);
    const { experiment, stale } = await saveWorkspace(
      project.runContext(),
      { name, message: flags.message ?? 'saved by hand' },
      {
        baselines: new BaselineRecords(project.repo),
        refs: project.config.exp.refs,
        outs: flags.force ? 'as-they-are' : 'as-recorded',
      },
    );
    reporter.close();
    print(io, `experiment ${experiment.name}`);
    if (stale.length > 0)
      say(
        io,
        `${plural(stale.length, 'stage')} would not be fresh: ${stale.join(' ')}; mlops repro runs what is stale`,
      );
    say(io, 'next: mlops exp show');
    return 'ok';
  });
}
