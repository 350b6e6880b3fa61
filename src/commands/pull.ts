import type { Command } from 'commander';
import { MlopsError } from '../core/failure.ts';
import { placedSummary, transferSummary } from '../render/data/transfer.ts';
import { lacksBytes, putInPlace } from '../run/put-in-place.ts';
import { bring } from './bring.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, say, withProject } from './open-project.ts';

interface Flags {
  readonly remote?: string;
  readonly force?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'outs, data, folders, files inside them, or stages; nothing means everything')
    .option('-r, --remote <name>', 'not the default remote')
    .option('-f, --force', 'overwrite files that you changed')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('mlops pull', 'mlops pull data/raw', 'mlops pull models/forest.onnx'))
    .action(
      run((targets: string[], flags: Flags) =>
        withProject(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
          const { tracked, result, url, failures } = await bring(project, targets, flags.remote);
          const context = project.runContext();
          // What could not be had must not keep the rest from its place.
          const whole =
            failures.length > 0
              ? tracked.filter((each) => !each.only && !lacksBytes(context, each))
              : tracked;
          const placed = await putInPlace(context, whole, { force: flags.force ?? false });
          project.workspace.stat.flush();
          reporter.close();
          if (failures.length > 0) {
            if (placed.changed.length > 0) say(io, placedSummary(placed, io.errStyle));
            throw new MlopsError(failures);
          }
          if (flags.json) printJson(io, { remote: url, ...result, ...placed, requests: project.requests });
          else print(io, transferSummary('pull', result, url, io.outStyle, placed));
          return 'ok' as const;
        }),
      ),
    );
}
