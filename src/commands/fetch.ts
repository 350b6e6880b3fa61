import type { Command } from 'commander';
import { MlopsError } from '../core/failure.ts';
import { transferSummary } from '../render/data/transfer.ts';
import { bring } from './bring.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly remote?: string;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'outs, data, folders, files inside them, or stages; nothing means everything')
    .option('-r, --remote <name>', 'not the default remote')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('mlops fetch', 'mlops fetch data/raw/2014'))
    .action(
      run((targets: string[], flags: Flags) =>
        withProject(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
          const { result, url, failures } = await bring(project, targets, flags.remote);
          reporter.close();
          if (failures.length > 0) throw new MlopsError(failures);
          if (flags.json) printJson(io, { remote: url, ...result, requests: project.requests });
          else print(io, transferSummary('fetch', result, url, io.outStyle));
          return 'ok' as const;
        }),
      ),
    );
}
