// `mlops exp VERB`: one file a verb in exp/, each with a function that adds it to this command.
import type { Command } from 'commander';
import { examples, type Io, type Run } from './command.ts';
import { addExport } from './exp/export.ts';

type AddVerb = (exp: Command, io: Io, run: Run) => void;

/** In the order of the help. */
const VERBS: readonly AddVerb[] = [addExport];

export function build(command: Command, io: Io, run: Run): void {
  for (const add of VERBS) add(command, io, run);
  command.addHelpText(
    'after',
    examples(
      'mlops exp run -S train.trees=200',
      'mlops exp run --queue -S train.trees=100,200 -S train.depth=2,4,8',
      'mlops exp run --all -j 2',
      'mlops exp show --sort accuracy',
      'mlops exp apply calm-otter',
    ),
  );
}
