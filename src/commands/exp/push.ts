import type { Command } from 'commander';
import type { Experiment } from '../../core/experiment.ts';
import { type ExitName, type Failure, failure, MlopsError } from '../../core/failure.ts';
import { planPush, refusals } from '../../experiments/push-plan.ts';
import { findExperiment, listExperiments } from '../../experiments/refs.ts';
import { remoteExperiments } from '../../experiments/remote-experiments.ts';
import { lockedExperiments, type SentData, sendData } from '../../experiments/share-data.ts';
import { BYTES_SENT } from '../../git/hook-text.ts';
import { pushRefs } from '../../git/remote-refs.ts';
import { remoteNames } from '../../git/remote-urls.ts';
import type { Project } from '../../project.ts';
import { sharedLine } from '../../render/data/shared-experiments.ts';
import { transferSummary } from '../../render/data/transfer.ts';
import type { Reporter } from '../../render/run/reporter.ts';
import { repositoryAt, usingRepository } from '../../run/using.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';

interface Flags {
  readonly all?: true;
  readonly force?: true;
  readonly data: boolean;
  readonly json?: true;
}

export function addPush(exp: Command, io: Io, run: Run): void {
  exp
    .command('push')
    .description('send experiments to a Git remote, and their data to the default remote first')
    .argument('<remote>', 'a remote of Git, or a URL')
    .argument('[names...]', 'experiments')
    .option('--all', 'all of them')
    .option('-f, --force', 'replace other experiments of the same names')
    .option('--no-data', 'refs only')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples('mlops exp push origin calm-otter', 'mlops exp push origin --all'))
    .action(
      run((remote: string, names: string[], flags: Flags) =>
        withProject<ExitName>(io, flags.json ? 'plain' : undefined, (project, reporter) =>
          pushExperiments(io, project, reporter, remote, chosenOf(project, names, flags), flags),
        ),
      ),
    );
}

function chosenOf({ repo, config }: Project, names: readonly string[], { all }: Flags): Experiment[] {
  if (names.length === 0 && !all)
    throw new MlopsError(failure('usage', 'which experiments?', { help: 'name them, or say --all' }));
  const experiments = listExperiments(repo, config.exp.refs);
  return all ? experiments : [...new Set(names.map((name) => findExperiment(experiments, name)))];
}

async function pushExperiments(
  io: Io,
  project: Project,
  reporter: Reporter,
  to: string,
  chosen: readonly Experiment[],
  flags: Flags,
): Promise<ExitName> {
  const { repo, config } = project;
  const { refs } = config.exp;
  const found = remoteExperiments(repo, to, refs);
  const plan = planPush(chosen, found, refs, flags.force ? 'replace' : 'refuse');
  // Also of those that are there: their data may not be.
  const sent = flags.data ? await send(project, chosen, to) : undefined;
  const ready = { send: plan.send.filter(({ experiment }) => !sent?.lacking.has(experiment)) };
  const refused = refusals(ready, pushRefs(repo, to, ready.send, BYTES_SENT));
  const missed = new Set(refused.map(({ experiment }) => experiment));
  const pushed = ready.send.flatMap(({ experiment }) => (missed.has(experiment) ? [] : experiment.name));
  const there = plan.there.map(({ name }) => name);
  reporter.close();
  if (flags.json)
    printJson(io, { remote: to, pushed, there, refused: refused.map(refusalOf), data: sent?.result });
  else {
    if (sent && sent.url !== undefined && sent.result)
      print(io, transferSummary('push', sent.result, sent.url, io.outStyle));
    print(io, sharedLine('push', { moved: pushed, already: there.length, remote: to }));
  }
  const failures = [...refused.map(refusedFailure), ...lackingFailures(sent)];
  if (failures.length > 0) throw new MlopsError(failures);
  return 'ok';
}

interface Sent extends Partial<SentData> {
  readonly lacking: ReadonlySet<Experiment>;
  readonly url?: string;
}

async function send(project: Project, chosen: readonly Experiment[], to: string): Promise<Sent> {
  const locked = lockedExperiments(project.repo, chosen);
  if (locked.every(({ shared }) => shared.length === 0)) return { lacking: new Set() };
  if (project.defaultRemote === undefined)
    throw new MlopsError(
      failure('config', 'no remote is configured for the data of these experiments', {
        help: 'mlops remote add -d NAME URL; or without data: --no-data',
      }),
    );
  const remote = await project.remote();
  const { repo, state } = project;
  const context = {
    ...project.transferContext(remote),
    repository: usingRepository(repo, state.shared),
  };
  const other = remoteNames(repo).includes(to) ? undefined : repositoryAt(repo, to);
  return { ...(await sendData(context, locked, project.cache, other)), url: remote.url };
}

type Refusal = ReturnType<typeof refusals>[number];

function refusalOf({ experiment: { name, ref }, why }: Refusal) {
  return { name, ref, why };
}

function refusedFailure({ experiment: { name }, why, help }: Refusal): Failure {
  return failure('remote', `${name} was refused: ${why}`, help === undefined ? {} : { help });
}

function lackingFailures(sent: Sent | undefined): Failure[] {
  if (!sent?.result) return [];
  const names = [...sent.lacking].map(({ name }) =>
    failure('missing', `${name} was not pushed: some of its data is neither here nor there`, {
      help: 'push from a clone that has it; or without data: --no-data',
    }),
  );
  return [...sent.result.failures, ...names];
}
