// Hidden: `repro` runs built-in actions and modules as children of this program through it.
import type { Command } from 'commander';
import { runRequest } from '../run/actions/run-request.ts';
import type { Io, Run } from './command.ts';

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<request>')
    .action(
      run(async (request: string) =>
        (await runRequest(request, io.signal, (line) => io.out.write(`${line}\n`))) ? 'ok' : 'stage',
      ),
    );
}
