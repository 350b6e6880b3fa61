// `mlops schema VERB`: what data have to look like, written down, compared and widened. Works in any folder.
import type { Command } from 'commander';
import { examples, type Io, type Run } from './command.ts';
import { addDiff } from './schema/diff.ts';
import { addInfer } from './schema/infer.ts';
import { addUpdate } from './schema/update.ts';

export function build(command: Command, io: Io, run: Run): void {
  for (const add of [addInfer, addUpdate, addDiff]) add(command, io, run);
  command.addHelpText(
    'after',
    examples(
      'mlops schema infer data/train.csv -o schema.yaml',
      'mlops schema diff schema.yaml data/today.csv',
      'mlops schema update schema.yaml data/today.csv --accept season.values',
    ),
  );
}
