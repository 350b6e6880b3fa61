import type { Command } from 'commander';
import { type ExitName, MlopsError } from '../core/failure.ts';
import { push } from '../remote/push.ts';
import { transferSummary } from '../render/data/transfer.ts';
import { readListings, shareableRuns, trackedTargets } from '../run/tracked.ts';
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
    const named = trackedTargets(project.pipeline, project.locks, targets, project.dir, (typed) =>
      project.pathFromHere(typed),
    );
    const wanted = named.filter((each) => each.out?.push !== false);
    const runs =
      flags.runCache && targets.length === 0 && context.cache.write
        ? [...shareableRuns(store, context.cache.scope)]
        : [];
    const kept = new Set(named.filter((each) => each.out?.push === false).map((each) => each.path as string));
    const shared = runs.filter((entry) => Object.keys(entry.outs).every((path) => !kept.has(path)));
    const artifacts = [
      ...wanted,
      ...(targets.length === 0 ? readListings(project.pipeline, project.locks, store) : []),
      ...shared.flatMap((entry) =>
        Object.entries(entry.outs).map(([path, artifact]) => ({ path, artifact })),
      ),
    ];
    const result = await push(
      { remote, store, report: reporter.report, signal: io.signal },
      { artifacts, runs: shared.map((entry) => ({ scope: context.cache.scope, entry })) },
    );
    reporter.close();
    if (flags.json) printJson(io, { remote: remote.url, ...result, requests: project.requests });
    else if (result.failures.length === 0 || result.objects + result.runs > 0)
      print(io, transferSummary('push', result, remote.url, io.outStyle));
    if (result.failures.length) throw new MlopsError(result.failures);
    return 'ok';
  });
}
