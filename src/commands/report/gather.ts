// All that a report of the pipeline says, gathered: nothing is run, and a remote is asked only where `reach` says so.
import { basename } from 'node:path';
import type { CommitId, StageName } from '../../core/ids.ts';
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
import type { PipelineView, StageRun, StageView } from '../../render/pipeline/types.ts';
import type { RunContext } from '../../run/context.ts';
import { changedData } from '../../run/data.ts';
import { judgeAll } from '../../run/judge-all.ts';
import { withoutSource } from '../../run/lock-book.ts';
import { selectStages } from '../../run/select.ts';
import { sideOf } from '../../run/side.ts';
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
  /** What a job just did with each stage. */
  readonly runs?: ReadonlyMap<StageName, StageRun>;
  /** Absolute folder that links start from; undefined: no links. */
  readonly folder: string | undefined;
  /** Absolute folder that pictures are written into, below `images/`; undefined: none are. */
  readonly images: string | undefined;
  /** Where bytes may come from that say what changed inside data. */
  readonly reach: Reach;
  readonly unreadable: Unreadable;
}

export async function gather(project: Project, wanted: Wanted): Promise<PipelineView> {
  const context = project.runContext();
  const against = baselineOf(project, wanted.against);
  const [was, now] = [reportsAt(project, against), reportsAt(project, undefined)];
  const stages = await stageViews(project, context, wanted, { reports: was, name: against?.name ?? '' });
  const changes = against ? await changesSince(project, against, wanted) : NONE;
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
    run: null,
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
  { folder, runs, unreadable }: Wanted,
  earlier: EarlierReports,
): Promise<StageView[]> {
  const selection = selectStages(project.requirePipeline(), [], project.dir, 'upstream');
  const judged = new Map((await judgeAll(context, selection)).map((each) => [each.stage, each]));
  const views: StageView[] = [];
  for (const name of selection.stages) {
    const view = await stageView(context, name, judged.get(name), { folder, earlier, unreadable });
    views.push({ ...view, run: runs?.get(name) ?? null });
  }
  return views;
}

type Changes = Omit<Diff, 'from' | 'to'>;

const NONE: Changes = { data: [], params: [], metrics: [] };

function changesSince(
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
