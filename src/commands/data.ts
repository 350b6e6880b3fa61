// `mlops data VERB`: look at a data set, make one up. Works in any folder, without a pipeline.
import type { Command } from 'commander';
import { examples, type Io, type Run } from './command.ts';
import { addMock } from './data/mock.ts';
import { addProfile } from './data/profile.ts';

export function build(command: Command, io: Io, run: Run): void {
  for (const add of [addProfile, addMock]) add(command, io, run);
  command.addHelpText(
    'after',
    examples(
      'mlops data profile data/today.csv --html profile.html',
      'mlops data profile data/today.csv data/yesterday.csv',
      'mlops data mock --schema schema.yaml --rows 50 -o test/rows.csv',
    ),
  );
}
