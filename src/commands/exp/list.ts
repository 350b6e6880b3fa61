import type { Command } from 'commander';
import type { Experiment } from '../../core/experiment.ts';
import type { ExitName } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import { groupByBaseline } from '../../experiments/find-baselines.ts';
import { listExperiments } from '../../experiments/refs.ts';
import { remoteExperiments } from '../../experiments/remote-experiments.ts';
import { commitHeads } from '../../git/commit-heads.ts';
import type { Project } from '../../project.ts';
import { type ListedBaseline, renderExperimentList } from '../../render/data/experiment-list.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, withProject } from '../open-project.ts';

export function addList(exp: Command, io: Io, run: Run): void {
  exp
    .command('list')
    .alias('ls')
    .description('names of experiments by the commit that they started from')
    .argument('[remote]', 'of a remote of Git, or a URL; nothing means here')
    .option('--json', 'as JSON')
    .addHelpText('after', examples('mlops exp list', 'mlops exp list origin'))
    .action(
      run((remote: string | undefined, flags: { json?: true }) =>
        withProject<ExitName>(io, 'plain', async (project) => {
          const listed = remote === undefined ? listHere(project) : listThere(project, remote);
          if (flags.json) printJson(io, { remote: remote ?? null, baselines: listed });
          else print(io, renderExperimentList(listed, io.outStyle));
          return 'ok';
        }),
      ),
    );
}

function listHere({ repo, config }: Project): ListedBaseline[] {
  const { refs } = config.exp;
  const { on, gone } = groupByBaseline(repo, listExperiments(repo, refs), refs);
  const heads = commitHeads(repo, [...on.keys()]);
  const named = (experiments: readonly Experiment[]) =>
    experiments.map(({ name, commit, message }) => ({ name, commit, words: message }));
  return [
    ...[...on].map(([commit, own]) => ({
      commit,
      subject: heads.get(commit)?.subject,
      gone: false,
      experiments: named(own),
    })),
    ...[...gone].map(([commit, own]) => ({
      commit,
      subject: undefined,
      gone: true,
      experiments: named(own),
    })),
  ];
}

function listThere({ repo, config }: Project, remote: string): ListedBaseline[] {
  const found = remoteExperiments(repo, remote, config.exp.refs);
  const baselines = [...new Set(found.map(({ baseline }) => baseline as CommitId))];
  // What is only there cannot be asked for its message.
  const heads = commitHeads(repo, baselines);
  return baselines.map((baseline) => ({
    commit: baseline,
    subject: heads.get(baseline)?.subject,
    gone: false,
    experiments: found
      .filter((each) => each.baseline === baseline)
      .map(({ name, id }) => ({ name, commit: id, words: undefined })),
  }));
}
