// What `exp run` takes for the queue: flags alone, so that a run at once loads nothing of it.
import type { Command } from 'commander';

export interface QueueFlags {
  readonly queue?: true;
  readonly all?: true;
  readonly runAll?: true;
  readonly gpus?: string;
  readonly shard?: string;
  readonly sample?: string;
  readonly search?: string;
  readonly objective?: string;
  readonly direction?: string;
  readonly trials?: string;
  readonly seed?: string;
}

export function withQueueFlags(command: Command): Command {
  return command
    .optionsGroup('Several:')
    .option('--queue', 'put it in the queue: -S with several values makes several experiments')
    .option('--all', 'run what is queued, -j of them at once; with -S: queue those first')
    .option('--run-all', 'the same')
    .option('--gpus <ids>', 'with --all: GPUs to share out among those that run at once: 0,1')
    .option('--shard <i/n>', 'of what is queued, run the i-th of n shares: one machine each')
    .optionsGroup('Which of many:')
    .option('--sample <n>', 'of all combinations of a sweep, draw so many')
    .option('--search <how>', 'grid, random, or tpe: each trial learns from those before')
    .option('--objective <file:key>', 'what a tpe search looks at: metrics.json:accuracy')
    .option('--direction <which>', 'whether less of it is better or more: min, max')
    .option('--trials <n>', 'how many a random or tpe search tries')
    .option('--seed <n>', 'of what is drawn; another number, another draw; default: 0')
    .optionsGroup('Options:');
}

/** Whether it is the queue's business. */
export function concernsQueue(flags: QueueFlags): boolean {
  const { queue, all, runAll, gpus, shard, sample, search, objective, direction, trials } = flags;
  return [queue, all, runAll, gpus, shard, sample, search, objective, direction, trials].some(
    (flag) => flag !== undefined,
  );
}
