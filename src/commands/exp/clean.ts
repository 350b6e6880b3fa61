import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { plural } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';

export function addClean(exp: Command, io: Io, run: Run): void {
  exp
    .command('clean')
    .description('clear away what killed processes left of experiments; experiments stay')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops exp clean'))
    .action(
      run((flags: { json?: true }) =>
        withProject<ExitName>(io, 'plain', async ({ repo, state, claims }) => {
          const { cleanExperiments } = await import('../../experiments/clean.ts');
          const cleaned = await cleanExperiments(repo, state, claims.shared);
          const { worktrees, queueRefs, applyRefs, files } = cleaned;
          const went = [
            worktrees.length > 0 ? plural(worktrees.length, 'work tree') : '',
            queueRefs.length > 0 ? plural(queueRefs.length, 'ref of the queue', 'refs of the queue') : '',
            applyRefs.length > 0 ? plural(applyRefs.length, 'record of an apply', 'records of an apply') : '',
            files.length > 0 ? plural(files.length, 'temporary file') : '',
          ].filter((part) => part !== '');
          if (flags.json) printJson(io, cleaned);
          else print(io, went.length > 0 ? `cleared away ${went.join(', ')}` : 'nothing was left behind');
          return 'ok';
        }),
      ),
    );
}
