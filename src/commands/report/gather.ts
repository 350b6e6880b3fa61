// All that a report of the pipeline says, gathered: nothing is run, no remote is asked.
import { basename, relative, sep } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import { MlopsError } from '../../core/failure.ts';
import type { CommitId, StageName } from '../../core/ids.ts';
import type { DataRecord } from '../../core/lock.ts';
import type { Stage } from '../../core/pipeline.ts';
import type { Verdict } from '../../core/verdict.ts';
import {
  currentBranch,
  firstParent,
  headCommit,
  isDirty,
  partingFrom,
  resolveCommit,
} from '../../git/history.ts';
import { usingReport } from '../../ml/known-report.ts';
import type { Project } from '../../project.ts';
import { graphOf } from '../../render/dag/graph.ts';
import { type Earlier, saidOf } from '../../render/pipeline/said.ts';
import type { PipelineView, RunView, StageRun, StageView } from '../../render/pipeline/types.ts';
import { reasonsInWords } from '../../render/run/reason.ts';
import { PLAIN } from '../../render/terminal.ts';
import type { RunContext } from '../../run/context.ts';
import { changedData } from '../../run/data.ts';
import { judgeStageGates, readReport, reportPath } from '../../run/gates.ts';
import { type Judged, judgeAll } from '../../run/judge-all.ts';
import { withoutSource } from '../../run/lock-book.ts';
import { summarise } from '../../run/perform.ts';
import { selectStages } from '../../run/select.ts';
import { sideOf } from '../../run/side.ts';
import type { Unreadable } from '../../run/values.ts';
import type { Reach } from '../diff-inside.ts';
import { type Diff, diffOf } from '../diff-sides.ts';
import { drawPage, isDrawn, pageOf } from '../pages.ts';
import { type Reports, withCertainty } from './certainty.ts';
import { metricHistory } from './history.ts';
import { writeImages } from './images.ts';
import { reportsAt } from './reports-at.ts';

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
  const selection = selectStages(project.requirePipeline(), [], project.dir, 'upstream');
  const judged = new Map((await judgeAll(context, selection)).map((each) => [each.stage, each]));
  const against = baselineOf(project, wanted.against);
  const [was, now] = [reportsAt(project, against), reportsAt(project, undefined)];
  const stages: StageView[] = [];
  for (const name of selection.stages) {
    const earlier = { reports: was, name: against?.name ?? '' };
    stages.push(await viewOf(context, name, judged.get(name), wanted, earlier));
  }
  const changed = new Set((await changedData(context)).map(({ path }) => path));
  const none: Pick<Diff, 'data' | 'tables' | 'folders' | 'params' | 'metrics'> = {
    data: [],
    params: [],
    metrics: [],
  };
  const changes = against
    ? await diffOf(
        project,
        { ...sideOf(project.repo, against.commit), name: against.name },
        sideOf(project.repo, undefined),
        [project.pipeline],
        { unreadable: wanted.unreadable, inside: wanted.reach },
      )
    : none;
  const view = {
    name: basename(project.repo.top),
    at: currentBranch(project.repo) ?? null,
    commit: headCommit(project.repo) ?? null,
    against,
    stages,
    data: [...project.pipeline.data.values()].map(({ path }) => ({
      path,
      artifact: recorded(context.locks.data(path)),
      changed: changed.has(path),
    })),
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

async function viewOf(
  context: RunContext,
  name: StageName,
  judged: Judged | undefined,
  { folder, unreadable, ran }: Wanted,
  earlier: { readonly reports: Reports; readonly name: string },
): Promise<StageView> {
  const stage = context.pipeline.stages.get(name)!;
  const { state, why } = stateOf(judged);
  const path = reports(stage) ? reportPath(stage) : undefined;
  let read: Read = NO_REPORT;
  try {
    if (path !== undefined) {
      const then = { report: earlier.reports.get(path), name: earlier.name };
      read = readAndDraw(context, stage, path, folder, then);
    }
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    unreadable(error.failures);
  }
  const { report, said, summary, page } = read;
  return {
    stage: name,
    action: stage.action.kind === 'cmd' ? 'cmd' : stage.action.uses,
    state,
    why,
    ...summary,
    gates: report ? await gatesOf(context, stage) : null,
    said,
    report,
    page,
    run: ran?.stages.get(name) ?? null,
  };
}

interface Read extends Pick<StageView, 'report' | 'said' | 'page'> {
  readonly summary: Pick<StageView, 'headlines' | 'lines'>;
}

const NO_REPORT: Read = { report: null, said: null, page: null, summary: { headlines: [], lines: [] } };

/** @throws when the report is damaged */
function readAndDraw(
  context: RunContext,
  stage: Stage,
  path: ReturnType<typeof reportPath>,
  folder: string | undefined,
  earlier: Earlier,
): Read {
  const report = readReport(context, path);
  if (report === undefined) return NO_REPORT;
  const summary = summarise(context, stage);
  const said = usingReport(path, () => saidOf(report, summary.lines, earlier));
  const drawn = folder !== undefined && isPage(context, path);
  const page = drawn ? linkTo(folder, `${context.workspace.top}/${pageOf(path)}`) : null;
  return { report, said, page, summary };
}

function linkTo(folder: string, page: string): string {
  return relative(folder, page).split(sep).map(encodeURIComponent).join('/');
}

function isPage({ workspace: { top } }: RunContext, path: ReturnType<typeof reportPath>): boolean {
  return isDrawn(top, path) || drawPage(top, path);
}

/** Built-in actions write one; a module of somebody's own may not. */
function reports({ action, outs }: Stage): boolean {
  return action.kind === 'uses' && outs.some((out) => out.git && out.path.endsWith('.json'));
}

/** Gates that cannot be judged, for want of a baseline's history say, are no reason to have no report. */
async function gatesOf(context: RunContext, stage: Stage): Promise<StageView['gates']> {
  try {
    return (await judgeStageGates(context, stage))?.summary ?? null;
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    const broken = error.failures.map(({ message }) => ({ text: message }));
    return { passed: false, held: 0, total: broken.length, firstRun: false, broken, notes: [] };
  }
}

function stateOf(judged: Judged | undefined): Pick<StageView, 'state' | 'why'> {
  const outcome = judged?.outcome;
  if (outcome?.kind === 'planned') return verdictState(outcome.verdict);
  if (outcome?.kind === 'failed') return { state: 'failed', why: outcome.failure.message };
  if (outcome?.kind === 'blocked') return { state: 'waiting', why: `blocked by ${outcome.by}` };
  return { state: 'waiting', why: '' };
}

function verdictState(verdict: Verdict): Pick<StageView, 'state' | 'why'> {
  switch (verdict.kind) {
    case 'fresh':
      return { state: 'fresh', why: '' };
    case 'held':
      return { state: 'frozen', why: '' };
    case 'waiting':
      return { state: 'waiting', why: `judged after ${verdict.on.join(', ')}` };
    default:
      return { state: verdict.kind, why: reasonsInWords(verdict.reasons, PLAIN.symbols) };
  }
}

function recorded(record: DataRecord | undefined): Artifact | null {
  return record ? withoutSource(record) : null;
}
