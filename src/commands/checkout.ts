import type { Command } from 'commander';
import { placedSummary } from '../render/data/transfer.ts';
import { putInPlace } from '../run/put-in-place.ts';
import { trackedTargets } from '../run/tracked.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly force?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'outs, data, folders, files inside them, or stages; nothing means everything')
    .option('-f, --force', 'overwrite files that you changed')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('git switch other-branch && mlops checkout', 'mlops checkout data/raw'))
    .action(
      run((targets: string[], flags: Flags) =>
        withProject(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
          const tracked = trackedTargets(
            project.requirePipeline(),
            project.locks,
            targets,
            project.dir,
            (typed) => project.pathFromHere(typed),
          );
          const placed = await putInPlace(project.runContext(), tracked, { force: flags.force ?? false });
          project.workspace.stat.flush();
          reporter.close();
          if (flags.json) printJson(io, placed);
          else print(io, placedSummary(placed, io.outStyle));
          return 'ok' as const;
        }),
      ),
    );
}
