// What a work tree holds when an experiment is over, as its commit.
import type { Report } from '../core/event.ts';
import { type Experiment, overrideWords, type Trial } from '../core/experiment.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { trackedAnyway } from '../git/files.ts';
import { filesAmong } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { writeWorkTree } from '../git/write-commit.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { writeExperiment } from './refs.ts';

export interface Ended {
  readonly ended: 'ok' | 'gate';
  readonly started: Date;
  readonly ms: number;
}

export interface ResultOptions {
  readonly baselines: BaselineRecords;
  /** `exp.refs` */
  readonly refs: string | undefined;
  readonly report: Report;
}

/** All that `git add -A` would take in `place`, which holds what was carried there too. */
export async function commitResult(
  repo: Repository,
  place: Repository,
  trial: Trial,
  ended: Ended,
  options: ResultOptions,
): Promise<Experiment> {
  const without = trial.commit === trial.baseline ? [] : carriedOnly(place, trial.baseline);
  const tree = await writeWorkTree(place, place.gitDir, { take: 'all', without });
  return writeResult(repo, tree, trial, ended, options);
}

/** Names a tree as the result of the trial; says when that is not the name it had. */
export function writeResult(
  repo: Repository,
  tree: string,
  trial: Trial,
  { ended, started, ms }: Ended,
  { baselines, refs, report }: ResultOptions,
): Experiment {
  const { name, baseline, overrides, ticket, sweep } = trial;
  const known = baselines.of(baseline);
  const record = {
    v: 1,
    name,
    baseline,
    baselineTree: known.tree,
    patch: known.patch,
    overrides,
    ticket,
    sweep: sweep?.id ?? null,
    ended,
    ms: Math.round(ms),
    started: started.toISOString(),
  } as const;
  const experiment = writeExperiment(repo, tree, record, wordsOf(trial), refs);
  if (experiment.name !== name)
    report({ kind: 'warning', text: `the name ${name} was taken meanwhile: this one is ${experiment.name}` });
  return experiment;
}

function wordsOf({ message, overrides }: Trial): string {
  return message ?? (overrides.map(overrideWords).join(' ') || 'as the workspace was');
}

/** Ignored files that were carried: in the index of the work tree, and no part of the baseline. */
function carriedOnly(place: Repository, baseline: CommitId): RepoPath[] {
  const ignored = [...trackedAnyway(place)] as RepoPath[];
  if (ignored.length === 0) return [];
  const committed = filesAmong(place, baseline, ignored);
  return ignored.filter((path) => !committed.has(path));
}
