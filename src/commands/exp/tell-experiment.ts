import type { ExitName } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import type { Io } from '../command.ts';
import { print } from '../open-project.ts';
import type { RunFlags } from './run-flags.ts';

/** The name is the command's data: people read it, programs get it as JSON. */
export function tellExperiment(
  io: Io,
  { json }: RunFlags,
  name: string,
  commit: CommitId,
  exit: ExitName,
): void {
  if (json) io.out.write(`${JSON.stringify({ kind: 'experiment', name, commit, exit })}\n`);
  else print(io, `experiment ${name}`);
}
