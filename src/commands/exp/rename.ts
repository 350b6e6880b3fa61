import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { renameExperiment } from '../../experiments/change-refs.ts';
import { openQueue } from '../../experiments/queue/queue.ts';
import { takenNames } from '../../experiments/queue/taken-names.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, withProject } from '../open-project.ts';

export function addRename(exp: Command, io: Io, run: Run): void {
  exp
    .command('rename')
    .description('give an experiment another name')
    .argument('<old>')
    .argument('<new>')
    .addHelpText('after', examples('mlops exp rename calm-otter deep-trees'))
    .action(
      run((old: string, name: string) =>
        withProject<ExitName>(io, 'plain', async ({ repo, config }) => {
          const all = listExperiments(repo, config.exp.refs);
          const experiment = findExperiment(all, old);
          // What waits in the queue has its name already.
          const others = takenNames(openQueue(repo), config.exp.refs).filter(
            (each) => each !== experiment.name,
          );
          renameExperiment(repo, others, experiment, name);
          print(io, `${experiment.name} is called ${name} now`);
          return 'ok';
        }),
      ),
    );
}
