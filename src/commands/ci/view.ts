// What a report of a job is drawn from: how the pipeline stands, and what the run just did with it.
import { basename } from 'node:path';
import type { Baseline } from '../../ci/baseline.ts';
import type { Failure } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import { currentBranch, headCommit } from '../../git/history.ts';
import type { Repository } from '../../git/repository.ts';
import type { Project } from '../../project.ts';
import type { PipelineView, RunView, StageRun, StageView } from '../../render/pipeline/types.ts';
import { gather } from '../report/gather.ts';

export type StageRuns = ReadonlyMap<StageName, StageRun>;

/** Absolute folders: where links of the report start from, and where its pictures go, if any are wanted. */
export interface Folders {
  readonly report: string;
  readonly images: string | undefined;
}

/** The whole of it. Pictures are written. */
export function gatherView(
  project: Project,
  { name, commit }: Baseline,
  runs: StageRuns,
  { report, images }: Folders,
  unreadable: (failures: readonly Failure[]) => void,
): Promise<PipelineView> {
  return gather(project, {
    against: commit ? { name, commit } : null,
    runs,
    folder: report,
    images,
    reach: 'remote',
    unreadable,
  });
}

/** What can be said without looking: before a run, after a job was cancelled, and where the pipeline cannot be read. */
export function bareView(repo: Repository, { name, commit }: Baseline, runs: StageRuns): PipelineView {
  return {
    name: basename(repo.top),
    at: currentBranch(repo) ?? null,
    commit: headCommit(repo) ?? null,
    against: commit ? { name, commit } : null,
    stages: [...runs].map(([stage, run]) => bareStage(stage, run)),
    data: [],
    changes: { data: [], params: [], metrics: [] },
    history: [],
    graph: { nodes: [], edges: [] },
    tables: [],
    folders: [],
    images: [],
    run: null,
    links: { page: null, job: null, files: null },
  };
}

function bareStage(stage: StageName, run: StageRun): StageView {
  return {
    stage,
    action: '',
    state: STATES[run.outcome],
    why: run.why,
    headlines: [],
    lines: [],
    gates: null,
    said: null,
    report: null,
    page: null,
    run,
  };
}

const STATES: { readonly [outcome in StageRun['outcome']]: StageView['state'] } = {
  ran: 'fresh',
  restored: 'fresh',
  fresh: 'fresh',
  frozen: 'frozen',
  failed: 'failed',
  blocked: 'waiting',
  cancelled: 'waiting',
};

export function savedBy({ stages }: PipelineView): number {
  return stages.reduce((sum, { run }) => sum + (run?.savedMs ?? 0), 0);
}

export const NOT_RUN: RunView = {
  command: '',
  exit: 'ok',
  ms: 0,
  savedMs: 0,
  failures: [],
  notes: [],
  pushed: null,
};
