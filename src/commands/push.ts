import type { Command } from 'commander';
import { type ExitName, MlopsError } from '../core/failure.ts';
import { push } from '../remote/push.ts';
import { transferSummary } from '../render/data/transfer.ts';
import { everythingShared, partsShared } from '../run/shared.ts';
import { trackedTargets } from '../run/tracked.ts';
import { usingRepository } from '../run/using.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

interface Flags {
  readonly remote?: string;
  readonly runCache: boolean;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[targets...]', 'outs, data, folders or stages; nothing means everything that the locks name')
    .option('-r, --remote <name>', 'not the default remote')
    .option('--no-run-cache', 'send bytes only, no runs')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('mlops push', 'mlops push models/', 'mlops push -r backup'))
    .action(run((targets: string[], flags: Flags) => pushAll(io, targets, flags)));
}

function pushAll(io: Io, targets: readonly string[], flags: Flags): Promise<ExitName> {
  return withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
    const context = project.runContext();
    const { store } = project.workspace;
    const remote = await project.remote(flags.remote);
    const { pipeline, locks } = project;
    const request =
      targets.length === 0
        ? everythingShared(store, [{ pipeline, locks }], flags.runCache ? context.cache : undefined)
        : {
            artifacts: partsShared(
              trackedTargets(pipeline, locks, targets, project.dir, (typed) => project.pathFromHere(typed)),
            ),
            runs: [],
          };
    const result = await push(
      {
        ...project.transferContext(remote),
        repository: usingRepository(project.repo, project.state.shared),
      },
      request,
    );
    reporter.close();
    if (flags.json) printJson(io, { remote: remote.url, ...result, requests: project.requests });
    else if (result.failures.length === 0 || result.objects + result.runs > 0)
      print(io, transferSummary('push', result, remote.url, io.outStyle));
    if (result.failures.length) throw new MlopsError(result.failures);
    return 'ok';
  });
}
