// `mlops exp worker`: runs what is queued, and waits for more.
import type { Command } from 'commander';
import { type ExitName, fail } from '../../core/failure.ts';
import { parseDuration } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { withProject } from '../open-project.ts';
import type { WorkFlags } from './work.ts';

interface Flags extends WorkFlags {
  readonly idleExit?: string;
}

export function addWorker(exp: Command, io: Io, run: Run): void {
  exp
    .command('worker')
    .description('run what is queued, and wait for more')
    .option('-j, --jobs <n>', 'experiments that run at once; default: 1, or one for each of --gpus')
    .option('--gpus <ids>', 'GPUs to share out among them: 0,1')
    .option('--idle-exit <duration>', 'end when nothing was to do for so long: 10m')
    .option('--pull', 'fetch from the remote what ran there instead of running it')
    .option('--json', 'events as JSON lines on stdout')
    .addHelpText(
      'after',
      examples('mlops exp worker -j 2', 'mlops exp worker --gpus 0,1', 'mlops exp worker --idle-exit 10m'),
    )
    .action(run((flags: Flags) => worker(io, flags)));
}

async function worker(io: Io, flags: Flags): Promise<ExitName> {
  const ms = flags.idleExit === undefined ? undefined : parseDuration(flags.idleExit);
  if (flags.idleExit !== undefined && ms === undefined)
    fail('usage', `--idle-exit ${flags.idleExit} is not a duration`, { help: 'such as 30s, 10m or 1h' });
  const { workOff } = await import('./work.ts');
  return withProject(io, 'plain', (project) => workOff(io, project, flags, { kind: 'idle', ms }));
}
