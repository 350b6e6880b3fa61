// Runs one stale stage, from claim to record. In this order:
//   claim what it reads and writes · make its deps readable · set its outs aside · run · look at what it did ·
//   store outs, write the run entry, set the lock block · drop what was set aside.
// Whatever goes wrong after "set aside" puts the last good outs back.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Summary } from '../core/action.ts';
import type { StoredArtifact } from '../core/artifact.ts';
import type { Outcome } from '../core/event.ts';
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import { pathIn, type RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Stage } from '../core/pipeline.ts';
import { asExpected } from '../core/system-trouble.ts';
import type { Reason } from '../core/verdict.ts';
import { usingReport } from '../ml/known-report.ts';
import type { Batch } from '../store/batch.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { formatMs } from '../util/units.ts';
import { type ActionJob, actionJob } from './action-job.ts';
import { setAside } from './aside.ts';
import type { RunContext } from './context.ts';
import type { JobResult } from './executors/executor.ts';
import { type Fingerprinted, fingerprintOf } from './fingerprint.ts';
import { readReport, reportPath } from './gates.ts';
import { heldByGit } from './held-by-git.ts';
import { jobEnvironment } from './job-environment.ts';
import { openLog, type StageLog } from './log.ts';
import { snapshotOuts } from './outs.ts';
import { changesBetween } from './reasons.ts';
import { outProblems, recordAttempt, recordRun } from './record.ts';
import { materialise } from './restore.ts';
import type { Held } from './stage-claim.ts';
import { unexplained, type Watch } from './trespass.ts';

export interface PerformOptions {
  readonly claim: Held;
  readonly watch: Watch;
  readonly pull: boolean;
  /** How many stages run now, this one included: said when one runs out of memory. */
  readonly running: () => number;
}

/** `claim` is held and released by the caller. A stage that fails is an outcome; what is thrown is a bug or damage. */
export async function perform(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  reasons: readonly Reason[],
  options: PerformOptions,
): Promise<Outcome> {
  const started = new Date();
  const log = openLog(context.state, stage.name, started, (text) =>
    context.report({ kind: 'warning', text }),
  );
  try {
    await materialise(context, now.absent, options.pull);
    const trespass = options.watch.begin(stage);
    const held = heldByGit(context.repo, gitKept(stage));
    const aside = await setAside(
      context.workspace,
      context.state.worktree,
      options.claim.nonce,
      stage.outs.map((out) => ({ path: out.path, keep: out.persist })),
    );
    const taken = context.workspace.store.batch('bytes');
    try {
      for (const out of stage.outs)
        mkdirSync(dirname(`${context.workspace.top}/${out.path}`), { recursive: true });
      const { result, uses } = await runAttempts(context, stage, log, reasons, options.claim);
      const failed =
        failureOf(context, stage, result, options.running()) ??
        trespassFailure(stage, await unexplained(context, trespass()));
      const finished = {
        started,
        ms: Date.now() - started.getTime(),
        exit: result.exit,
        uses,
        log: log.close(),
      };
      if (failed) recordAttempt(context, stage, now, finished);
      if (failed) throw new MlopsError(failed);
      const outs = await finishedOuts(context, stage, taken);
      const moved = await movedInputs(context, stage, now);
      refuseLost(stage, options.claim);
      if (moved.length === 0) await recordRun(context, stage, now, outs, finished, taken);
      const { trashed } = await aside.discard();
      sayTrashed(
        context,
        trashed.filter((path) => !held.has(path)),
      );
      return {
        kind: 'ran',
        ms: finished.ms,
        recorded: moved.length === 0,
        outs: stage.outs.map((out) => out.path),
        reasons: moved.length === 0 ? reasons : moved,
        ...summarise(context, stage),
      };
    } catch (error) {
      aside.putBack();
      options.watch.touched(stage.outs.map((out) => out.path));
      throw error;
    } finally {
      taken.abandon();
    }
  } catch (thrown) {
    const error = asExpected(thrown);
    if (!(error instanceof MlopsError)) throw error;
    return {
      kind: 'failed',
      ms: Date.now() - started.getTime(),
      failure: error.failures[0]!,
      also: error.failures.slice(1),
      reasons,
      logTail: log.tail(),
      log: log.path,
    };
  } finally {
    log.close();
  }
}

function gitKept({ outs }: Stage): RepoPath[] {
  return outs.filter(({ git }) => git).map(({ path }) => path);
}

/** Says which bytes of earlier outs were stored nowhere. */
export function sayTrashed(context: RunContext, paths: readonly string[]): void {
  for (const path of paths)
    context.report({
      kind: 'note',
      text: `the previous ${path} was stored nowhere; it is in the trash for 14 days`,
    });
}

function refuseLost(stage: Stage, claim: Held): void {
  if (claim.isMine()) return;
  throw new MlopsError(
    failure('busy', `${stage.name} lost its claim while it ran: another process judged this one dead`, {
      help: 'its outs are not recorded; mlops repro runs it again',
    }),
  );
}

async function runAttempts(
  context: RunContext,
  stage: Stage,
  log: StageLog,
  reasons: readonly Reason[],
  claim: Held,
): Promise<{ readonly result: JobResult; readonly uses: JsonObject }> {
  const cwd = pathIn(context.workspace.top, stage.action.kind === 'uses' ? stage.file.dir : stage.wdir);
  for (let attempt = 1; ; attempt++) {
    context.report({ kind: 'start', stage: stage.name, action: actionName(stage), reasons, attempt });
    const job = actionJob(stage.action, {
      self: context.self,
      stateDir: context.state.worktree,
      local: stage.local,
      cwd,
      ...(stage.shell === undefined ? {} : { shell: stage.shell }),
    });
    const environment = jobEnvironment(context, stage, context.workspace.top);
    try {
      const result = await context.executor.run(
        {
          commands: job.commands,
          ...(job.shell === undefined ? {} : { shell: job.shell }),
          cwd,
          env: { ...environment.env, ...job.env },
          secrets: environment.secrets,
          ...(stage.timeoutMs === undefined ? {} : { timeoutMs: stage.timeoutMs }),
        },
        {
          signal: context.signal,
          onStart: (group) => claim.update(group),
          onLine: (line, stream) => {
            log.write(line);
            context.report({ kind: 'output', stage: stage.name, line, stream });
          },
        },
      );
      const answered = answerOf(job);
      if (answered.failure) throw new MlopsError(answered.failure);
      if (result.exit === 0 || attempt > stage.retries || context.signal.aborted)
        return { result, uses: answered.uses };
      log.write(`attempt ${attempt} of ${stage.retries + 1} failed with exit code ${result.exit}`);
    } finally {
      job.dispose();
    }
  }
}

export function actionName(stage: Stage): string {
  return stage.action.kind === 'cmd' ? '' : stage.action.uses;
}

function answerOf(job: ActionJob): { readonly uses: JsonObject; readonly failure?: readonly Failure[] } {
  const answer = job.answer();
  if (!answer) return { uses: {} };
  return 'failures' in answer ? { uses: {}, failure: answer.failures } : { uses: answer.uses };
}

function failureOf(
  context: RunContext,
  stage: Stage,
  result: JobResult,
  running: number,
): Failure | undefined {
  if (context.signal.aborted) return context.signal.reason.failures[0];
  if (result.timedOut)
    return failure('stage', `${stage.name} timed out after ${formatMs(stage.timeoutMs ?? 0)}`, {
      where: stage.action.where,
      help: 'raise its timeout, or make it faster',
    });
  if (result.survivors.length)
    context.report({
      kind: 'warning',
      text: `${stage.name} left processes behind, which were ended: ${result.survivors.join(', ')}`,
    });
  if (result.exit === 0) return undefined;
  if (result.outOfMemory)
    return failure('stage', `${stage.name} was killed (exit 137): out of memory? ${running} ran at once`, {
      where: stage.action.where,
      help: 'fewer at once: mlops repro -j 1, or declare resources: {memory: …}',
    });
  const how = result.signal ? `was ended by ${result.signal}` : `failed with exit code ${result.exit}`;
  return failure('stage', `${stage.name} ${how}`, {
    where: stage.action.where,
    help: `mlops logs ${stage.name}`,
  });
}

function trespassFailure(
  stage: Stage,
  found: readonly { readonly path: RepoPath; readonly owner: string }[],
): Failure | undefined {
  if (found.length === 0) return undefined;
  const words = found
    .map(({ path, owner }) => `${path} (${owner === 'data' ? 'tracked data' : `an out of ${owner}`})`)
    .join(', ');
  return failure('stage', `${stage.name} wrote into ${words}`, {
    where: stage.action.where,
    help: 'a stage may write its own outs only; list the path there, or change the command',
  });
}

async function finishedOuts(
  context: RunContext,
  stage: Stage,
  into: Batch,
): Promise<ReadonlyMap<RepoPath, Snapshot<StoredArtifact>>> {
  const outs = await snapshotOuts(context, stage, into);
  const problems = outProblems(stage, outs);
  if (problems.length) throw new MlopsError(problems);
  return outs as ReadonlyMap<RepoPath, Snapshot<StoredArtifact>>;
}

/** A dep, param or the stage itself that changed while it ran: the outs may come from either, so they are no result. */
async function movedInputs(context: RunContext, stage: Stage, before: Fingerprinted): Promise<Reason[]> {
  const after = await fingerprintOf(context, context.declaredNow(stage));
  return changesBetween(before.in, after.in);
}

/** What the report of an ML stage says in a line; empty for other stages. */
export function summarise(context: RunContext, stage: Stage): Summary {
  const spec = stage.action.kind === 'uses' ? context.actions.find(stage.action.uses) : undefined;
  if (!spec?.summarise) return { headlines: [], lines: [] };
  const report = readReport(context, reportPath(stage));
  const { summarise: say } = spec;
  return report ? usingReport(reportPath(stage), () => say(report)) : { headlines: [], lines: [] };
}
