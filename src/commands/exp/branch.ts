import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { branchExperiment } from '../../experiments/change-refs.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, withProject } from '../open-project.ts';

export function addBranch(exp: Command, io: Io, run: Run): void {
  exp
    .command('branch')
    .description("make a Git branch at an experiment's commit")
    .argument('<name>', 'the experiment')
    .argument('<branch>', 'the new branch')
    .addHelpText('after', examples('mlops exp branch calm-otter deep-trees', 'git merge deep-trees'))
    .action(
      run((name: string, branch: string) =>
        withProject<ExitName>(io, 'plain', async ({ repo, config }) => {
          const experiment = findExperiment(listExperiments(repo, config.exp.refs), name);
          branchExperiment(repo, experiment, branch);
          print(io, `made the branch ${branch} at ${experiment.name}`);
          print(io, `next: git switch ${branch} && mlops checkout   or: git merge ${branch}`);
          return 'ok';
        }),
      ),
    );
}
