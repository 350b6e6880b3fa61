// All that a report of the pipeline says, gathered: nothing is run, and a remote is asked only where `reach` says so.
import { basename } from 'node:path';
import type { CommitId, StageName } from '../../core/ids.ts';
import type { Reason } from '../../core/verdict.ts';
import {
  currentBranch,
  firstParent,
  headCommit,
  isDirty,
  partingFrom,
  resolveCommit,
} from '../../git/history.ts';
import type { Project } from '../../project.ts';
import { graphOf } from '../../render/dag/graph.ts';
import type { PipelineView, RunView, StageRun, StageView } from '../../render/pipeline/types.ts';
import { reasonsInWords } from '../../render/run/reason.ts';
import { PLAIN } from '../../render/terminal.ts';
import type { RunContext } from '../../run/context.ts';
import { changedData } from '../../run/data.ts';
import { judgeAll } from '../../run/judge-all.ts';
import { withoutSource } from '../../run/lock-book.ts';
import { selectStages } from '../../run/select.ts';
import { sideOf } from '../../run/side.ts';
import { changesSince } from '../../run/since.ts';
import type { Unreadable } from '../../run/values.ts';
import type { Reach } from '../diff-inside.ts';
import { type Diff, diffOf } from '../diff-sides.ts';
import { withCertainty } from './certainty.ts';
import { metricHistory } from './history.ts';
import { writeImages } from './images.ts';
import { reportsAt } from './reports-at.ts';
import { type EarlierReports, stageView } from './stage-view.ts';

export interface Wanted {
  /** A revision, or what was found already, instead of what changes are usually counted against; null: nothing is. */
  readonly against: string | PipelineView['against'] | undefined;
  /** What was just run. */
  readonly ran?: Ran;
  /** Absolute folder that links start from; undefined: no links. */
  readonly folder: string | undefined;
  /** Absolute folder that pictures are written into, below `images/`; undefined: none are. */
  readonly images: string | undefined;
  /** Where bytes may come from that say what changed inside data. */
  readonly reach: Reach;
  readonly unreadable: Unreadable;
}

export interface Ran {
  readonly view: RunView;
  readonly stages: ReadonlyMap<StageName, StageRun>;
}

export async function gather(project: Project, wanted: Wanted): Promise<PipelineView> {
  const context = project.runContext();
  const against = baselineOf(project, wanted.against);
  const [was, now] = [reportsAt(project, against), reportsAt(project, undefined)];
  const stages = await stageViews(project, context, wanted, against, was);
  const changes = against ? await changesIn(project, against, wanted) : NONE;
  const view = {
    name: basename(project.repo.top),
    at: currentBranch(project.repo) ?? null,
    commit: headCommit(project.repo) ?? null,
    against,
    stages,
    data: await dataViews(project, context),
    changes: {
      data: changes.data,
      params: changes.params,
      metrics: withCertainty(changes.metrics, was, now),
    },
    history: metricHistory(project, wanted.unreadable),
    graph: graphOf(project.pipeline, { collapse: true }),
    tables: changes.tables ?? [],
    folders: changes.folders ?? [],
    run: wanted.ran?.view ?? null,
    links: NO_LINKS,
  };
  const { images: into } = wanted;
  const gallery = into === undefined ? undefined : { folder: into, from: wanted.folder ?? into };
  const images = gallery ? await writeImages(project, view, gallery) : [];
  return { ...view, images };
}

async function stageViews(
  project: Project,
  context: RunContext,
  { folder, ran, unreadable }: Wanted,
  against: Against | null,
  was: EarlierReports['reports'],
): Promise<StageView[]> {
  const earlier: EarlierReports = { reports: was, name: against?.name ?? '' };
  const since = against ? changesSince(context, sideOf(project.repo, against.commit)) : new Map();
  const selection = selectStages(project.requirePipeline(), [], project.dir, 'upstream');
  const judged = new Map((await judgeAll(context, selection)).map((each) => [each.stage, each]));
  const views: StageView[] = [];
  for (const name of selection.stages) {
    const view = await stageView(context, name, judged.get(name), { folder, earlier, unreadable });
    const run = ran?.stages.get(name);
    views.push({ ...view, run: run ? withWhySince(run, since.get(name) ?? []) : null });
  }
  return views;
}

/** Of a stage that a job brought up to date, what a reader asks is why it differs from what that is compared with. */
function withWhySince(run: StageRun, since: readonly Reason[]): StageRun {
  const isDone = run.outcome === 'ran' || run.outcome === 'restored' || run.outcome === 'fresh';
  return isDone && since.length > 0 ? { ...run, why: reasonsInWords(since, PLAIN.symbols) } : run;
}

type Changes = Omit<Diff, 'from' | 'to'>;

const NONE: Changes = { data: [], params: [], metrics: [] };

function changesIn(
  project: Project,
  { name, commit }: Against,
  { unreadable, reach }: Wanted,
): Promise<Changes> {
  const { repo, pipeline } = project;
  const [from, to] = [{ ...sideOf(repo, commit), name }, sideOf(repo, undefined)];
  return diffOf(project, from, to, [pipeline], { unreadable, inside: reach });
}

async function dataViews({ pipeline }: Project, context: RunContext): Promise<PipelineView['data']> {
  const changed = new Set((await changedData(context)).map(({ path }) => path));
  return [...pipeline.data.values()].map(({ path }) => {
    const record = context.locks.data(path);
    return { path, artifact: record ? withoutSource(record) : null, changed: changed.has(path) };
  });
}

const NO_LINKS = { page: null, job: null, files: null } as const;

interface Against {
  readonly name: string;
  readonly commit: CommitId;
}

/** On a branch where it left the default one; on that one HEAD while the workspace differs, else the commit before. */
function baselineOf({ repo }: Project, wanted: Wanted['against']): Against | null {
  if (wanted === null) return null;
  if (typeof wanted === 'object') return { name: wanted.name, commit: resolveCommit(repo, wanted.commit) };
  if (wanted !== undefined) return { name: wanted, commit: resolveCommit(repo, wanted) };
  const head = headCommit(repo);
  if (!head) return null;
  const parting = partingFrom(repo, head);
  if (parting?.base && parting.base !== head) return { name: parting.main, commit: parting.base };
  const parent = isDirty(repo) ? undefined : firstParent(repo, head);
  return parent === undefined ? { name: 'HEAD', commit: head } : { name: 'HEAD^', commit: parent };
}
