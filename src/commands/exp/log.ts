import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { logFile, openQueue } from '../../experiments/queue/queue.ts';
import { stagesRan } from '../../experiments/ran.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { renderExperimentLog } from '../../render/data/experiment-log.ts';
import { actions } from '../../run/actions/registry.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';

export function addLog(exp: Command, io: Io, run: Run): void {
  exp
    .command('log')
    .description('what ran in an experiment, when and how long, and where it is printed')
    .argument('<name>')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops exp log calm-otter'))
    .action(
      run((name: string, flags: { json?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const { repo, config, state, cache } = project;
          const experiment = findExperiment(listExperiments(repo, config.exp.refs), name);
          const place = { store: project.workspace.store, state, cache };
          const stages = stagesRan(repo, experiment, place, actions);
          const log = experiment.ticket === null ? undefined : logFile(openQueue(repo), experiment.ticket);
          const output = log !== undefined && existsSync(log) ? log : undefined;
          if (flags.json) printJson(io, { ...experiment, log: output ?? null, stages });
          else print(io, renderExperimentLog({ experiment, stages, log: output }, io.outStyle));
          return 'ok';
        }),
      ),
    );
}
