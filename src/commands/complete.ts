// Hidden: what the completions of a shell ask. Says nothing where there is nothing to say: a tab key is no question.
import type { Command } from 'commander';
import { MlopsError } from '../core/failure.ts';
import { Project } from '../project.ts';
import type { Io, Run } from './command.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.command('stages').action(
    run(() => {
      for (const name of stagesHere(io)) io.out.write(`${name}\n`);
      return 'ok';
    }),
  );
}

function stagesHere(io: Io): readonly string[] {
  try {
    return new Project({ ...io, report: () => {} }).pipeline.order;
  } catch (error) {
    if (error instanceof MlopsError) return [];
    throw error;
  }
}
