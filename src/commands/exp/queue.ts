// `mlops exp queue VERB`: what waits, runs and has ended, and what to do with it.
import type { Command } from 'commander';
import { examples, type Io, type Run } from '../command.ts';
import type { KillFlags, RemoveFlags, RetryFlags } from './queue-edit.ts';

export function addQueue(exp: Command, io: Io, run: Run): void {
  const queue = exp.command('queue').description('what waits, runs and has ended; logs, retry, kill, remove');
  queue
    .command('status', { isDefault: true })
    .description('what waits, runs and has ended')
    .option('--json', 'as JSON')
    .action(
      run(async (flags: { json?: true }) => (await import('./queue-status.ts')).queueStatus(io, flags)),
    );
  queue
    .command('logs')
    .description('what an experiment said, from its first line')
    .argument('<name>')
    .option('-f, --follow', 'go on until it ends')
    .action(
      run(async (name: string, flags: { follow?: true }) =>
        (await import('./queue-logs.ts')).queueLogs(io, name, flags),
      ),
    );
  queue
    .command('remove')
    .alias('rm')
    .description('take experiments out of the queue')
    .argument('[names...]')
    .option('--waiting', 'all that wait')
    .option('--queued', 'the same')
    .option('--ended', 'all that have ended, with their logs; their results stay')
    .option('--failed', 'all that failed or were killed')
    .option('--all', 'all of these')
    .action(
      run(async (names: string[], flags: RemoveFlags) =>
        (await import('./queue-edit.ts')).queueRemove(io, names, flags),
      ),
    );
  queue
    .command('retry')
    .description('put what failed or was killed back in line')
    .argument('[names...]')
    .option('--failed', 'all that failed or were killed')
    .action(
      run(async (names: string[], flags: RetryFlags) =>
        (await import('./queue-edit.ts')).queueRetry(io, names, flags),
      ),
    );
  queue
    .command('kill')
    .description('end experiments that run')
    .argument('[names...]')
    .option('--all', 'all that run')
    .action(
      run(async (names: string[], flags: KillFlags) =>
        (await import('./queue-edit.ts')).queueKill(io, names, flags),
      ),
    );
  queue
    .command('start', { hidden: true })
    .option('-j, --jobs <n>')
    .action(
      run(async (flags: { jobs?: string }) => {
        const [{ workOff }, { withProject }] = await Promise.all([
          import('./work.ts'),
          import('../open-project.ts'),
        ]);
        return withProject(io, 'plain', (project) => workOff(io, project, flags, { kind: 'empty' }));
      }),
    );
  queue.addHelpText(
    'after',
    examples(
      'mlops exp queue status',
      'mlops exp queue logs calm-otter -f',
      'mlops exp queue retry --failed',
      'mlops exp queue kill calm-otter',
      'mlops exp queue remove --waiting',
    ),
  );
}
