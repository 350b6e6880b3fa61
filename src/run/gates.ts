// Gates: rules over a report, judged after every repro of a stage that has them, also when it was fresh. They are in
// no key: changing a limit reruns nothing.
import { readFileSync } from 'node:fs';
import type { GateSummary } from '../core/event.ts';
import { failure, MlopsError } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { LockBlock } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import {
  currentBranch,
  defaultBranch,
  firstParent,
  headCommit,
  isShallow,
  mergeBase,
  readAt,
  resolveCommit,
  tryResolve,
} from '../git/history.ts';
import { readLock } from '../lockfile/read.ts';
import type { GatesResult } from '../ml/gates-result.ts';
import { orAbsent } from '../util/errno.ts';
import type { RunContext } from './context.ts';
import { rescore } from './rescore.ts';

export interface JudgedGates {
  readonly result: GatesResult;
  readonly summary: GateSummary;
}

/** Undefined when the stage has no gates. `against` overrides the declared baseline. */
export async function judgeStageGates(
  context: RunContext,
  stage: Stage,
  against?: string,
): Promise<JudgedGates | undefined> {
  const options = gateOptions(stage);
  if (!options) return undefined;
  const path = reportPath(stage);
  const report = readReport(context, path) ?? missingReport(stage, path);
  const baseline = await baselineOf(context, stage, path, report, against ?? options.baseline);
  const { judgeGates } = await import('../ml/gates.ts');
  const result = judgeGates({
    stage: stage.name,
    gates: options.gates,
    report,
    ...(baseline ? { baseline } : {}),
  });
  return { result, summary: summaryOf(stage, result) };
}

export function hasGates(stage: Stage): boolean {
  return gateOptions(stage) !== undefined;
}

function gateOptions(stage: Stage): { readonly gates: Json; readonly baseline: Json } | undefined {
  if (stage.action.kind !== 'uses') return undefined;
  const { gates, baseline } = stage.action.options;
  const some = Array.isArray(gates) ? gates.length > 0 : isJsonObject(gates) && Object.keys(gates).length > 0;
  return some ? { gates: gates!, baseline: baseline ?? 'auto' } : undefined;
}

/** The report is the action's first out that Git keeps. */
export function reportPath(stage: Stage): RepoPath {
  const out = stage.outs.find((each) => each.git);
  if (!out) throw new Error(`BUG: ${stage.name} has gates but no report`);
  return out.path;
}

export function readReport(context: RunContext, path: RepoPath): JsonObject | undefined {
  const text = orAbsent(() => readFileSync(`${context.workspace.top}/${path}`, 'utf8'), undefined);
  return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
}

function missingReport(stage: Stage, path: RepoPath): never {
  throw new MlopsError(
    failure('missing', `${stage.name} has no report: ${path} does not exist`, {
      help: `mlops repro ${stage.local}`,
    }),
  );
}

interface Baseline {
  readonly from: string;
  readonly commit?: CommitId;
  readonly sameData: boolean;
  readonly report: JsonObject;
}

/** Undefined on a first run: no commit that could be compared with has this report. */
async function baselineOf(
  context: RunContext,
  stage: Stage,
  path: RepoPath,
  report: JsonObject,
  wanted: Json,
): Promise<Baseline | undefined> {
  if (isJsonObject(wanted) && typeof wanted['report'] === 'string')
    return {
      from: 'report',
      sameData: true,
      report:
        readReport(context, [stage.file.dir, wanted['report']].filter(Boolean).join('/') as RepoPath) ??
        missingReport(stage, wanted['report'] as RepoPath),
    };
  const found = baselineCommit(context, stage, wanted);
  if (!found) return undefined;
  const [reportBytes, lockBytes] = readAt(context.repo, found.commit, [path, stage.file.lock]);
  if (!reportBytes) {
    if (typeof wanted === 'string' && wanted !== 'auto')
      throw new MlopsError(
        failure('config', `${path} does not exist at ${wanted}`, {
          where: stage.action.where,
          help: 'name a commit at which the stage had run',
        }),
      );
    return undefined;
  }
  const old = JSON.parse(reportBytes.toString()) as JsonObject;
  if (sameRows(old, report)) return { ...found, sameData: true, report: old };
  const onData =
    stage.action.kind === 'uses' ? (stage.action.options['on_data_change'] ?? 'rescore') : 'rescore';
  if (onData === 'skip') return undefined;
  const block = lockBytes ? readLock(lockBytes.toString()).lock.stages.get(stage.local) : undefined;
  const scored =
    onData === 'rescore' && block ? await rescore(context, stage, block as LockBlock, path) : undefined;
  return scored ? { ...found, sameData: true, report: scored } : { ...found, sameData: false, report: old };
}

/**
 * `auto`: the merge base with the default branch; on that branch itself HEAD while the stage differs from HEAD's lock,
 * else HEAD's first parent: a commit is never its own baseline.
 */
function baselineCommit(
  context: RunContext,
  stage: Stage,
  wanted: Json,
): { readonly from: string; readonly commit: CommitId } | undefined {
  const { repo } = context;
  if (typeof wanted === 'string' && wanted !== 'auto')
    return { from: wanted, commit: resolveCommit(repo, wanted) };
  const head = headCommit(repo);
  if (!head) return undefined;
  const main = defaultBranch(repo);
  const mainCommit = main && tryResolve(repo, main.rev);
  if (main && mainCommit && currentBranch(repo) !== main.name && mainCommit !== head) {
    const base = mergeBase(repo, head, mainCommit);
    if (base && base !== head) return { from: 'merge-base', commit: base };
    if (!base) refuseShallow(context);
  }
  const [lockBytes] = readAt(repo, head, [stage.file.lock]);
  const committed = lockBytes ? readLock(lockBytes.toString()).lock.stages.get(stage.local)?.key : undefined;
  if (committed !== undefined && committed !== context.locks.block(stage)?.key)
    return { from: 'HEAD', commit: head };
  const parent = firstParent(repo, head);
  if (!parent) refuseShallow(context);
  return parent ? { from: 'HEAD^', commit: parent } : undefined;
}

/** In a cut history a commit that is not found says nothing, and no gate may pass because of it. */
function refuseShallow(context: RunContext): void {
  if (!isShallow(context.repo)) return;
  throw new MlopsError(
    failure('config', 'the baseline of the gates lies outside this shallow clone', {
      help: 'git fetch --unshallow (in CI: fetch-depth: 0)',
    }),
  );
}

function sameRows(a: JsonObject, b: JsonObject): boolean {
  const of = (report: JsonObject): string => {
    const inputs = report['inputs'] as JsonObject | undefined;
    const mapping = report['mapping'] as JsonObject | undefined;
    const data = (inputs?.['data'] ?? inputs?.['current']) as JsonObject | undefined;
    return JSON.stringify([
      data?.['sha256'] ?? null,
      mapping?.['target'] ?? null,
      mapping?.['labels'] ?? null,
    ]);
  };
  return of(a) === of(b);
}

function summaryOf(stage: Stage, result: GatesResult): GateSummary {
  const where =
    stage.action.where.line === undefined
      ? undefined
      : `${stage.action.where.file}:${stage.action.where.line}`;
  return {
    passed: result.passed,
    held: result.results.filter((each) => each.passed).length,
    total: result.results.length,
    firstRun: result.first_run,
    broken: result.results
      .filter((each) => !each.passed)
      .map((each) => ({
        text: each.reason,
        ...(where ? { where } : {}),
      })),
    notes: result.notes,
  };
}
