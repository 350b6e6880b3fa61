// Gates: rules over a report, judged after every repro of a stage that has them, also when it was fresh. They are in
// no key: changing a limit reruns nothing.
import { readFileSync } from 'node:fs';
import type { GateSummary } from '../core/event.ts';
import { failure, type Location, MlopsError } from '../core/failure.ts';
import { type CommitId, pathIn, type RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { Stage } from '../core/pipeline.ts';
import { firstParent, headCommit, isShallow, partingFrom, readAt, resolveCommit } from '../git/history.ts';
import { readLock } from '../lockfile/read.ts';
import type { EvaluateReport } from '../ml/evaluate/report.ts';
import { sameRows } from '../ml/gates-evaluate.ts';
import type { GatesBaseline } from '../ml/gates-input.ts';
import type { GateResult, GatesResult } from '../ml/gates-result.ts';
import { judgeable, parseReport, usingReport } from '../ml/known-report.ts';
import { orAbsent } from '../util/errno.ts';
import type { RunContext } from './context.ts';
import { modelsOfBlock, rescore } from './rescore.ts';

export interface JudgedGates {
  readonly result: GatesResult;
  readonly summary: GateSummary;
}

/** Undefined when the stage has no gates. `rev` overrides the declared baseline. */
export async function judgeStageGates(
  context: RunContext,
  stage: Stage,
  rev?: string,
): Promise<JudgedGates | undefined> {
  const options = gateOptions(stage);
  if (!options) return undefined;
  const path = reportPath(stage);
  const report = judgeable(readReport(context, path) ?? missingReport(stage, path), path);
  // Only an evaluation is compared with an earlier one: drift compares two data sets already, findings speak for themselves.
  const baseline =
    report.schema === 'mlops.evaluate/1'
      ? await baselineOf(
          context,
          stage,
          path,
          report as EvaluateReport,
          rev ?? options.baseline,
          options.onDataChange,
        )
      : undefined;
  const { judgeGates } = await import('../ml/gates.ts');
  const result = usingReport(path, () =>
    judgeGates({
      stage: stage.name,
      gates: options.gates,
      report,
      baseline,
      onDataChange: options.onDataChange,
    }),
  );
  return result.results.length === 0
    ? undefined
    : { result, summary: gateSummary(result, stage.action.where) };
}

/** These say no by findings that fail, whether or not rules are declared. */
const JUDGED_BY_FINDINGS: readonly string[] = ['check', 'smoke', 'validate'];

/** Whether the stage is judged by rules. Without any, a drift check whose data no model can read still says no. */
export function hasGates(stage: Stage): boolean {
  if (stage.action.kind !== 'uses') return false;
  return JUDGED_BY_FINDINGS.includes(stage.action.uses) || isSome(stage.action.options['gates']);
}

function isSome(gates: Json | undefined): boolean {
  return Array.isArray(gates) ? gates.length > 0 : isJsonObject(gates) && Object.keys(gates).length > 0;
}

interface GateOptions {
  readonly gates: Json;
  readonly baseline: Json;
  readonly onDataChange: 'rescore' | 'fail' | 'skip';
}

function gateOptions(stage: Stage): GateOptions | undefined {
  if (stage.action.kind !== 'uses') return undefined;
  if (!hasGates(stage) && stage.action.uses !== 'drift') return undefined;
  const { gates, baseline, on_data_change: onDataChange } = stage.action.options;
  return {
    gates: gates ?? {},
    baseline: baseline ?? 'auto',
    onDataChange: (onDataChange as GateOptions['onDataChange'] | undefined) ?? 'rescore',
  };
}

/** The report is the action's first out that Git keeps. */
export function reportPath(stage: Stage): RepoPath {
  const out = stage.outs.find((each) => each.git);
  if (!out) throw new Error(`BUG: ${stage.name} has gates but no report`);
  return out.path;
}

/**
 * Undefined where there is none.
 * @throws when what stands there is no report: half a file, a conflict of a merge
 */
export function readReport(context: RunContext, path: RepoPath): JsonObject | undefined {
  const text = orAbsent(() => readFileSync(`${context.workspace.top}/${path}`, 'utf8'), undefined);
  return text === undefined ? undefined : parseReport(text, path);
}

function missingReport(stage: Stage, path: RepoPath): never {
  throw new MlopsError(
    failure('missing', `${stage.name} has no report: ${path} does not exist`, {
      help: `mlops repro ${stage.local}`,
    }),
  );
}

/** Undefined on a first run: no commit that could be compared with has this report. */
async function baselineOf(
  context: RunContext,
  stage: Stage,
  path: RepoPath,
  report: EvaluateReport,
  wanted: Json,
  onDataChange: GateOptions['onDataChange'],
): Promise<GatesBaseline | undefined> {
  if (isJsonObject(wanted) && typeof wanted['report'] === 'string') {
    const other = pathIn(stage.file.dir, wanted['report']);
    return {
      from: 'report',
      commit: null,
      report: judgeable(readReport(context, other) ?? missingReport(stage, other), other) as EvaluateReport,
    };
  }
  if (isJsonObject(wanted)) {
    const { reportOfBaseline } = await import('../ml/gates-lookup.ts');
    const other = reportOfBaseline(report);
    if (other) return { from: 'model', commit: null, report: other };
    throw new MlopsError(
      failure('config', `${path} says nothing of the baseline model ${String(wanted['model'])}`, {
        where: stage.action.where,
        help: `it was made before that was declared: mlops repro --force ${stage.local}`,
      }),
    );
  }
  const found = baselineCommit(context, stage, wanted);
  if (!found) return undefined;
  const [reportBytes, lockBytes] = readAt(context.repo, found.commit, [path, stage.file.lock]);
  if (!reportBytes) {
    if (wanted === 'auto') return undefined;
    throw new MlopsError(
      failure('config', `${path} does not exist at ${found.from}`, {
        where: stage.action.where,
        help: 'name a commit at which the stage had run',
      }),
    );
  }
  const old = judgeable(parseReport(reportBytes.toString(), path), path) as EvaluateReport;
  const block = lockBytes
    ? readLock(lockBytes.toString(), stage.file.lock).lock.stages.get(stage.local)
    : undefined;
  const scored =
    !sameRows(old, report) && onDataChange === 'rescore' && block
      ? await rescore(context, stage, modelsOfBlock(stage, block), path)
      : undefined;
  return scored
    ? { ...found, report: scored as unknown as EvaluateReport, before: old }
    : { ...found, report: old };
}

/**
 * `auto`: what the CI job says, else the merge base with the default branch; on that branch itself HEAD while the stage differs from HEAD's lock,
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
  if (context.baseline && context.baseline !== head) return { from: 'merge-base', commit: context.baseline };
  const parting = partingFrom(repo, head);
  if (parting && !parting.base) refuseShallow(context);
  if (parting?.base && parting.base !== head) return { from: 'merge-base', commit: parting.base };
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

/** A result as events carry it. `where` is the place of the gates in pipeline.yaml. */
export function gateSummary(result: GatesResult, where?: Location): GateSummary {
  const place = where?.line === undefined ? undefined : `${where.file}:${where.line}`;
  return {
    passed: result.passed,
    held: result.results.filter((each) => each.passed).length,
    total: result.results.length,
    firstRun: result.first_run,
    broken: result.results
      .filter((each) => !each.passed)
      .map((each) => ({ text: each.reason + against(result, each), ...(place ? { where: place } : {}) })),
    notes: result.notes,
    result: result as unknown as JsonObject,
  };
}

/** What a rule about change compared with: ` · baseline 3f2c1ab, same rows`. */
function against({ baseline }: GatesResult, { change }: GateResult): string {
  if (change === null || !baseline) return '';
  const name = baseline.commit?.slice(0, 7) ?? baseline.from;
  return ` · baseline ${name}${baseline.same_data ? ', same rows' : ''}`;
}
