// `mlops exp show`: what it understands. A name shows one experiment, everything else a table; each is loaded when asked for.
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { examples, type Io, type Run } from '../command.ts';
import type { ShowFlags } from './show-flags.ts';

export function addShow(exp: Command, io: Io, run: Run): void {
  exp
    .command('show')
    .description('compare experiments: a table with their params and metrics, or one of them in full')
    .argument('[names...]', 'experiments, or commits they started from; nothing means HEAD')
    .option('-A, --all-baselines', 'also those that started from other commits')
    .option('-n, --num <n>', 'those of the last n commits of this branch')
    .option('-T, --tags', 'those of tagged commits')
    .option('--sort <column>', 'by a param, metric, created, duration …; of a metric the best first')
    .option('--desc', 'sort from high to low')
    .option('--asc', 'sort from low to high')
    .option('--where <condition>', 'only rows like "accuracy > 0.9 and not state == gate"')
    .option('--columns <names>', 'just these, with commas between')
    .option('--drop <regex>', 'leave out params and metrics like this')
    .option('--keep <regex>', 'show params and metrics like this even where they are equal')
    .option('--all-columns', 'also what is equal everywhere')
    .option('--precision <n>', 'digits after the point')
    .option('--sha', 'commits instead of names')
    .option('--hide-workspace', 'without the workspace')
    .option('--hide-failed', 'without what failed')
    .option('--hide-queued', 'without what waits or runs')
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV')
    .option('--md', 'as Markdown')
    .option('--html [file]', 'as a page with charts; says where it is')
    .option('--open', 'open the page')
    .addHelpText(
      'after',
      examples(
        'mlops exp show --sort accuracy',
        "mlops exp show --where 'accuracy > 0.9 and trees < 200' --columns trees,accuracy",
        'mlops exp show -A --html experiments.html',
        'mlops exp show calm-otter',
      ),
    )
    .action(run((names: string[], flags: ShowFlags) => show(io, names, flags)));
}

async function show(io: Io, names: readonly string[], flags: ShowFlags): Promise<ExitName> {
  const { showExperiments } = await import('./show-table.ts');
  return showExperiments(io, names, flags);
}
