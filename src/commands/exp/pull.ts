import type { Command } from 'commander';
import type { Experiment } from '../../core/experiment.ts';
import { type ExitName, type Failure, failure, MlopsError } from '../../core/failure.ts';
import { fetchExperiments, nameFetched, planPull } from '../../experiments/pull-plan.ts';
import { listExperiments } from '../../experiments/refs.ts';
import { type RemoteExperiment, remoteExperiments } from '../../experiments/remote-experiments.ts';
import { bringData, lockedExperiments } from '../../experiments/share-data.ts';
import type { Project } from '../../project.ts';
import type { TransferResult } from '../../remote/transfer.ts';
import { sharedLine } from '../../render/data/shared-experiments.ts';
import { transferSummary } from '../../render/data/transfer.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, say, withProject } from '../open-project.ts';

interface Flags {
  readonly force?: true;
  readonly data: boolean;
  readonly json?: true;
}

export function addPull(exp: Command, io: Io, run: Run): void {
  exp
    .command('pull')
    .description('bring experiments from a Git remote, with their data from the default remote')
    .argument('<remote>', 'a remote of Git, or a URL')
    .argument('[names...]', 'experiments; nothing means all that are there')
    .option('-f, --force', 'replace other experiments of the same names')
    .option('--no-data', 'refs only')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('mlops exp pull origin calm-otter', 'mlops exp pull origin'))
    .action(
      run((remote: string, names: string[], flags: Flags) =>
        withProject<ExitName>(io, flags.json ? 'plain' : undefined, (project, reporter) =>
          pullExperiments(io, project, reporter, remote, names, flags),
        ),
      ),
    );
}

async function pullExperiments(
  io: Io,
  project: Project,
  reporter: Reporter,
  from: string,
  names: readonly string[],
  flags: Flags,
): Promise<ExitName> {
  const { repo, config } = project;
  const { refs } = config.exp;
  const found = remoteExperiments(repo, from, refs);
  const plan = planPull(listExperiments(repo, refs), found, names, refs, flags.force ? 'replace' : 'refuse');
  const fetched = fetchExperiments(repo, from, plan);
  const brought = flags.data ? await bringOrSay(io, project, fetched) : undefined;
  // Without some of its data an experiment is as any commit whose data was not pulled yet: it can be seen and made again.
  nameFetched(repo, plan, fetched);
  reporter.close();
  const pulled = fetched.map(({ name }) => name);
  if (flags.json) printJson(io, { remote: from, pulled, here: plan.here, data: brought?.result });
  else {
    if (brought?.result) print(io, transferSummary('fetch', brought.result, brought.url!, io.outStyle));
    print(io, sharedLine('pull', { moved: pulled, already: plan.here, remote: from }));
  }
  const ids = new Set(fetched.map(({ commit }) => commit));
  const odd = plan.found.filter(({ id }) => !ids.has(id)).map(oddFailure);
  // Asked for all, those that there are have come.
  if (names.length === 0) for (const { message } of odd) say(io, `warning: ${message}`);
  const failures = [
    ...(names.length === 0 ? [] : odd),
    ...(brought?.result?.failures ?? []),
    ...(brought?.trouble?.failures ?? []),
  ];
  if (failures.length > 0) throw new MlopsError(failures);
  return 'ok';
}

function oddFailure({ name }: RemoteExperiment): Failure {
  return failure('integrity', `${name} is no experiment that this version can read, and was left there`);
}

interface Brought {
  readonly url?: string;
  readonly result?: TransferResult;
  /** The remote could not be asked. */
  readonly trouble?: MlopsError;
}

async function bringOrSay(
  io: Io,
  project: Project,
  fetched: readonly Experiment[],
): Promise<Brought | undefined> {
  const locked = lockedExperiments(project.repo, fetched);
  if (locked.every(({ shared }) => shared.length === 0)) return undefined;
  if (project.defaultRemote === undefined) {
    say(io, 'no remote is configured, so no data came with them; mlops remote add -d NAME URL');
    return undefined;
  }
  try {
    const remote = await project.remote();
    return { url: remote.url, result: await bringData(project.transferContext(remote), locked) };
  } catch (error) {
    if (io.signal.aborted || !(error instanceof MlopsError)) throw error;
    return { trouble: error };
  }
}
