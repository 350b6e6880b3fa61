// `mlops exp run`: what it understands; the work is in run-now.ts, loaded when it is asked for.
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { examples, type Io, type Run } from '../command.ts';
import { concernsQueue, withQueueFlags } from './queue-flags.ts';
import type { RunFlags } from './run-flags.ts';

export function addRun(exp: Command, io: Io, run: Run): void {
  const command = exp
    .command('run')
    .description('try something: run the pipeline with other params, and keep the result as an experiment')
    .argument('[targets...]', 'stages, outs or folders, with what they need; nothing means everything')
    .option('-S, --set-param <key=value>', 'override a param; may be said again', collected)
    .option('-n, --name <name>', 'call it so; default: two words')
    .option('-m, --message <text>', 'what it is about; default: the overrides')
    .option('--isolated', 'in a work tree of its own: your files stay as they are')
    .option('--dry', 'say what would run; change nothing')
    .option('-f, --force', 'run also what is fresh')
    .option('-j, --jobs <n>', 'stages that run at once; "auto" is min(4, half the cores), at least 2')
    .option('--pull', 'fetch from the remote what ran there instead of running it')
    .option('--json', 'events as JSON lines on stdout');
  withQueueFlags(command)
    .addHelpText(
      'after',
      examples(
        'mlops exp run -S train.trees=200',
        'mlops exp run --isolated -n deep -S train.depth=9 train',
        "mlops exp run -S 'layers[0]=64' -S +train.seed=7 -S ~train.old",
        'mlops exp run --queue -S train.trees=100,200 -S train.depth=2,4,8',
        "mlops exp run --queue -S 'train.lr=loguniform(1e-4,1)' --search tpe --objective metrics.json:loss --trials 40",
        'mlops exp run --all -j 2',
      ),
    )
    .action(
      run((targets: string[], flags: RunFlags) => expRun(io, targets, { ...{ setParam: [] }, ...flags })),
    );
}

async function expRun(io: Io, targets: readonly string[], flags: RunFlags): Promise<ExitName> {
  if (concernsQueue(flags)) return (await import('./run-queue.ts')).runQueued(io, targets, flags);
  const { runNow } = await import('./run-now.ts');
  return runNow(io, targets, flags);
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
