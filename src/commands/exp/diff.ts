// `mlops exp diff`: two experiments, or one with what it started from.
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { examples, type Io, type Run } from '../command.ts';
import type { ExpDiffFlags } from './diff-experiments.ts';

export function addDiff(exp: Command, io: Io, run: Run): void {
  exp
    .command('diff')
    .description('params, metrics and data that differ between two experiments')
    .argument('<a>', 'an experiment, or a commit')
    .argument('[b]', 'another, or "workspace"; nothing compares a with what it started from')
    .option('--md', 'as Markdown, for a pull request')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops exp diff calm-otter',
        'mlops exp diff calm-otter blue-heron --md',
        'mlops exp diff main calm-otter',
      ),
    )
    .action(run((a: string, b: string | undefined, flags: ExpDiffFlags) => diff(io, a, b, flags)));
}

async function diff(io: Io, a: string, b: string | undefined, flags: ExpDiffFlags): Promise<ExitName> {
  const { diffExperiments } = await import('./diff-experiments.ts');
  return diffExperiments(io, a, b, flags);
}
