// How one stage stands, and what its report says.
import { relative, sep } from 'node:path';
import { MlopsError } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import type { Stage } from '../../core/pipeline.ts';
import type { Verdict } from '../../core/verdict.ts';
import { usingReport } from '../../ml/known-report.ts';
import { type Earlier, saidOf } from '../../render/pipeline/said.ts';
import type { StageView } from '../../render/pipeline/types.ts';
import { reasonsInWords } from '../../render/run/reason.ts';
import { PLAIN } from '../../render/terminal.ts';
import type { RunContext } from '../../run/context.ts';
import { judgeStageGates, readReport, reportPath } from '../../run/gates.ts';
import type { Judged } from '../../run/judge-all.ts';
import { summarise } from '../../run/perform.ts';
import type { Unreadable } from '../../run/values.ts';
import { drawPage, isDrawn, pageOf } from '../pages.ts';
import type { Reports } from './certainty.ts';

/** Reports of stages as they were. */
export interface EarlierReports {
  readonly reports: Reports;
  /** Of the revision. */
  readonly name: string;
}

interface StageWanted {
  /** Absolute folder that links start from; undefined: no links. */
  readonly folder: string | undefined;
  readonly earlier: EarlierReports;
  readonly unreadable: Unreadable;
}

/** All but what a run just did with it. */
export async function stageView(
  context: RunContext,
  name: StageName,
  judged: Judged | undefined,
  { folder, unreadable, earlier }: StageWanted,
): Promise<Omit<StageView, 'run'>> {
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
