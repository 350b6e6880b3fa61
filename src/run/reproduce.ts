// `repro`: visits the selected stages in the order of the graph. A visit judges; what is stale runs when the schedule
// allows it. All that happens is reported as events; the summary says how it ended.
import { availableParallelism, totalmem } from 'node:os';
import type { Outcome } from '../core/event.ts';
import { type ExitName, type Failure, failure, MlopsError, worstExit } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import type { Verdict } from '../core/verdict.ts';
import type { GatesResult } from '../ml/gates-result.ts';
import { formatBytes } from '../util/units.ts';
import { bringAbsentData } from './absent-data.ts';
import type { RunContext } from './context.ts';
import { renewData } from './data.ts';
import type { Fingerprinted } from './fingerprint.ts';
import { judgeStageGates } from './gates.ts';
import { type Judgement, judge } from './judge.ts';
import { actionName, perform, sayTrashed, summarise } from './perform.ts';
import { prefetch } from './prefetch.ts';
import { restoreOuts } from './restore.ts';
import { Schedule } from './schedule.ts';
import type { Selection } from './select.ts';
import { claimStage, type Held, recover } from './stage-claim.ts';
import { Watch } from './trespass.ts';

export interface ReproOptions {
  /** Undefined = auto. */
  readonly jobs?: number;
  readonly force: boolean;
  readonly dry: boolean;
  readonly keepGoing: boolean;
  readonly pull: boolean;
  readonly useCache: boolean;
  /** `--single`: upstream of the named stages is not looked at. */
  readonly single: boolean;
}

export interface ReproResult {
  readonly exit: ExitName;
  readonly outcomes: ReadonlyMap<StageName, Outcome>;
  readonly failures: readonly Failure[];
  readonly rejected: readonly StageName[];
}

/** Stages judged at once: judging waits for a remote at most. */
const VISITS = 64;

export async function reproduce(
  context: RunContext,
  selection: Selection,
  options: ReproOptions,
): Promise<ReproResult> {
  const run = new Reproduction(context, selection, options);
  return run.toEnd();
}

/** min(4, half the cores), and at least 2. */
export function autoJobs(): number {
  return Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2)));
}

class Reproduction {
  readonly #context: RunContext;
  readonly #selection: Selection;
  readonly #options: ReproOptions;
  readonly #schedule: Schedule;
  readonly #watch: Watch;
  readonly #outcomes = new Map<StageName, Outcome>();
  /** Stages whose recorded outs turned out to be nowhere. */
  readonly #gone = new Set<StageName>();
  #prefetched: ReadonlySet<StageName> = new Set();
  readonly #failures: Failure[] = [];
  readonly #rejected: StageName[] = [];
  readonly #begun = Date.now();
  #visiting = 0;
  #running = 0;
  #stopped = false;
  #broken: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(context: RunContext, selection: Selection, options: ReproOptions) {
    this.#context = context;
    this.#selection = selection;
    this.#options = options;
    const stages = selection.stages.map((name) => this.#stage(name));
    const limits = {
      jobs: options.jobs ?? autoJobs(),
      cpus: availableParallelism(),
      memory: totalmem(),
      gpus: gpuCount(context.env),
    };
    this.#schedule = new Schedule(stages, options.single ? new Map() : context.pipeline.upstream, limits);
    this.#watch = new Watch(context.workspace.top, context.pipeline);
  }

  async toEnd(): Promise<ReproResult> {
    const context = this.#context;
    const options = this.#options;
    context.report({
      kind: 'plan',
      stages: this.#selection.stages,
      jobs: options.jobs ?? autoJobs(),
      jobsFrom: options.jobs === undefined ? 'auto' : 'given',
    });
    context.signal.addEventListener('abort', () => this.#stop(), { once: true });
    try {
      if (!options.dry) await this.#prepare();
      await this.#visitAll();
    } finally {
      if (!options.dry) context.locks.flush();
      context.workspace.stat.flush();
    }
    if (this.#selection.all && !options.dry && !this.#stopped) context.locks.prune(context.pipeline);
    return this.#end();
  }

  /** Before the first visit: what a dead process left, what the user changed in data, what a pull can bring at once. */
  async #prepare(): Promise<void> {
    const stages = this.#selection.stages.map((name) => this.#stage(name));
    recover(this.#context);
    await renewData(this.#context, stages);
    await bringAbsentData(this.#context, stages, this.#options.pull);
    if (this.#options.pull) this.#prefetched = await prefetch(this.#context, stages);
  }

  async #visitAll(): Promise<void> {
    for (;;) {
      this.#advance();
      if (this.#visiting + this.#running === 0) {
        if (this.#broken) throw this.#broken.error;
        if (this.#schedule.finished) return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Starts every visit and every run that may start now. */
  #advance(): void {
    if (this.#context.signal.aborted) this.#stop();
    while (!this.#stopped && this.#visiting < VISITS) {
      const name = this.#schedule.takeReady();
      if (name === undefined) break;
      this.#visiting++;
      this.#follow(name, this.#visit(this.#stage(name)), () => this.#visiting--);
    }
    while (!this.#stopped) {
      const name = this.#schedule.takeRunnable();
      if (name === undefined) break;
      this.#running++;
      this.#follow(name, this.#run(this.#stage(name)), () => this.#running--);
    }
  }

  /** Expected trouble of one stage is its outcome; anything else ends the whole run. */
  #follow(name: StageName, work: Promise<void>, ended: () => void): void {
    work
      .catch((error: unknown) => {
        if (!(error instanceof MlopsError)) throw error;
        return this.#finish(
          this.#stage(name),
          this.#context.signal.aborted ? { kind: 'cancelled' } : failedBy(error),
        );
      })
      .catch((error: unknown) => {
        this.#broken ??= { error };
        this.#stop();
      })
      .finally(() => {
        ended();
        this.#wake();
      });
  }

  async #visit(stage: Stage): Promise<void> {
    const judged = await this.#judge(stage);
    if (judged.verdict.kind === 'stale' && judged.onRemote) this.#sayRemote(stage, judged.onRemote);
    if (this.#options.dry) this.#planned(stage, judged.verdict);
    else if (judged.verdict.kind === 'stale') await this.#enqueue(stage);
    else await this.#settle(stage, judged);
  }

  /** A stage that need not run: fresh as it is, or restored. */
  async #settle(stage: Stage, { verdict, now }: Judgement): Promise<void> {
    if (verdict.kind === 'held' || verdict.kind === 'fresh')
      return this.#finish(stage, { kind: verdict.kind });
    if (verdict.kind !== 'restorable')
      throw new Error(`BUG: ${stage.name} is ${verdict.kind}, which is not settled`);
    const claim = await claimStage(this.#context, stage, now!);
    let outcome: Outcome | undefined;
    try {
      outcome = await this.#restore(stage, verdict, now!, claim);
    } finally {
      claim.release();
    }
    if (outcome) await this.#finish(stage, outcome);
    else await this.#enqueue(stage);
  }

  /** What was being judged when the run was stopped does not begin any more. */
  async #enqueue(stage: Stage): Promise<void> {
    if (this.#stopped) await this.#finish(stage, { kind: 'cancelled' });
    else this.#schedule.enqueue(stage.name);
  }

  #judge(stage: Stage): Promise<Judgement> {
    return judge(this.#context, stage, {
      force: this.#options.force && !stage.frozen,
      useCache: this.#options.useCache,
      pull: this.#options.pull && !this.#gone.has(stage.name),
    });
  }

  /**
   * Its turn to run. While it stood in line, and while it waited for its claim, another process may have done the work:
   * so it is judged once more under the claim.
   */
  async #run(stage: Stage): Promise<void> {
    const first = await this.#judge(stage);
    if (first.verdict.kind !== 'stale') return this.#settle(stage, first);
    const claim = await claimStage(this.#context, stage, first.now!);
    let outcome: Outcome | undefined;
    let second: Judgement;
    try {
      this.#context.locks.refresh(stage.file);
      second = await this.#judge(stage);
      if (second.verdict.kind === 'stale')
        outcome = await perform(this.#context, stage, second.now!, second.verdict.reasons, {
          claim,
          watch: this.#watch,
          pull: this.#options.pull,
          running: () => this.#running,
        });
    } finally {
      claim.release();
    }
    if (outcome) await this.#finish(stage, outcome);
    else await this.#settle(stage, second);
  }

  /** Undefined when what the lock names is nowhere after all: it can still be made again. */
  async #restore(
    stage: Stage,
    verdict: Verdict & { kind: 'restorable' },
    now: Fingerprinted,
    claim: Held,
  ): Promise<Outcome | undefined> {
    const began = Date.now();
    try {
      if (verdict.write === 'outs') {
        this.#watch.touched(stage.outs.map((out) => out.path));
        sayTrashed(
          this.#context,
          (await restoreOuts(this.#context, claim.nonce, verdict.outs, this.#options.pull)).trashed,
        );
      }
    } catch (error) {
      if (!(error instanceof MlopsError) || error.failures[0]!.exit !== 'missing') throw error;
      this.#gone.add(stage.name);
      return undefined;
    }
    this.#context.locks.setBlock(stage, { in: now.in, key: now.key, outs: verdict.outs });
    return {
      kind: 'restored',
      ms: Date.now() - began,
      savedMs: verdict.savedMs ?? 0,
      from: this.#prefetched.has(stage.name) ? 'remote' : verdict.from,
      outs: stage.outs.map((out) => out.path),
      reasons: verdict.reasons,
      headlines: summarise(this.#context, stage).headlines,
    };
  }

  /** Judges gates, reports, and lets what follows go on, or not. */
  async #finish(stage: Stage, bare: Outcome): Promise<void> {
    const outcome = await this.#withGates(stage, bare);
    this.#outcomes.set(stage.name, outcome);
    this.#context.report({ kind: 'done', stage: stage.name, action: actionName(stage), outcome });
    if (outcome.kind === 'failed') this.#failures.push(outcome.failure, ...(outcome.also ?? []));
    const rejected = 'gates' in outcome && outcome.gates !== undefined && !outcome.gates.passed;
    if (rejected) this.#rejected.push(stage.name);
    const unrecorded = outcome.kind === 'ran' && !outcome.recorded;
    if (unrecorded) this.#failures.push(movedFailure(stage, outcome));
    if (outcome.kind !== 'failed' && !rejected && !unrecorded) return this.#schedule.done(stage.name);
    for (const name of this.#schedule.failed(stage.name))
      this.#close(name, { kind: 'blocked', by: stage.name });
    // A gate's no is a result: independent stages go on. A failure stops what has not begun.
    if (!rejected && !this.#options.keepGoing) this.#stop();
  }

  async #withGates(stage: Stage, outcome: Outcome): Promise<Outcome> {
    if (!['fresh', 'held', 'ran', 'restored'].includes(outcome.kind)) return outcome;
    try {
      const judged = await judgeStageGates(this.#context, stage);
      return judged ? withBaseline({ ...outcome, gates: judged.summary } as Outcome, judged.result) : outcome;
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      return failedBy(error);
    }
  }

  #planned(stage: Stage, verdict: Verdict): void {
    this.#outcomes.set(stage.name, { kind: 'planned', verdict });
    this.#context.report({
      kind: 'done',
      stage: stage.name,
      action: actionName(stage),
      outcome: { kind: 'planned', verdict },
    });
    if (verdict.kind === 'fresh' || verdict.kind === 'held') {
      this.#schedule.done(stage.name);
      return;
    }
    for (const name of this.#schedule.failed(stage.name)) {
      const on = [...(this.#context.pipeline.upstream.get(name) ?? [])].filter(
        (each) => !['fresh', 'held'].includes(verdictOf(this.#outcomes.get(each))),
      );
      this.#close(name, { kind: 'planned', verdict: { kind: 'waiting', on } });
    }
  }

  #close(name: StageName, outcome: Outcome): void {
    this.#outcomes.set(name, outcome);
    this.#context.report({ kind: 'done', stage: name, action: actionName(this.#stage(name)), outcome });
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const name of this.#schedule.cancel())
      if (!this.#outcomes.has(name)) this.#close(name, { kind: 'cancelled' });
    this.#wake();
  }

  #sayRemote(
    stage: Stage,
    entry: { readonly outs: { readonly [path: string]: { readonly bytes: number } } },
  ): void {
    const bytes = Object.values(entry.outs).reduce((sum, each) => sum + each.bytes, 0);
    this.#context.report({
      kind: 'note',
      text: `the remote has this run of ${stage.name} (${formatBytes(bytes)})`,
      help: 'mlops repro --pull fetches it instead',
    });
  }

  #end(): ReproResult {
    const outcomes = [...this.#outcomes.values()];
    const count = (...kinds: readonly Outcome['kind'][]): number =>
      outcomes.filter((each) => kinds.includes(each.kind)).length;
    const savedMs = outcomes.reduce((sum, each) => sum + (each.kind === 'restored' ? each.savedMs : 0), 0);
    this.#context.report({
      kind: 'summary',
      ran: count('ran'),
      restored: count('restored'),
      fresh: count('fresh', 'held') + outcomes.filter(isPlannedFresh).length,
      failed: count('failed'),
      blocked: count('blocked', 'cancelled'),
      ms: Date.now() - this.#begun,
      savedMs,
      rejected: this.#rejected,
      views: [],
    });
    if (this.#context.signal.aborted)
      this.#failures.push(...(this.#context.signal.reason as MlopsError).failures);
    const exits: ExitName[] = [
      ...this.#failures.map((each) => each.exit),
      ...(this.#rejected.length ? (['gate'] as const) : []),
    ];
    return {
      exit: worstExit(exits),
      outcomes: this.#outcomes,
      failures: this.#failures,
      rejected: this.#rejected,
    };
  }

  #stage(name: StageName): Stage {
    return this.#context.pipeline.stages.get(name)!;
  }
}

/** A stage that could not even begin, or whose result could not be judged. */
function failedBy(error: MlopsError): Outcome {
  const [first, ...also] = error.failures;
  return { kind: 'failed', ms: 0, failure: first!, also, reasons: [], logTail: [] };
}

/** Puts beside each headline what the baseline had. */
function withBaseline(outcome: Outcome, { results }: GatesResult): Outcome {
  if (outcome.kind !== 'ran' && outcome.kind !== 'restored') return outcome;
  const before = new Map(
    results.flatMap((each) =>
      each.slice === null && each.baseline !== null ? [[each.metric, each.baseline] as const] : [],
    ),
  );
  const headlines = outcome.headlines.map((each) =>
    before.has(each.name) ? { ...each, was: before.get(each.name)! } : each,
  );
  return { ...outcome, headlines };
}

function isPlannedFresh(outcome: Outcome): boolean {
  return ['fresh', 'held'].includes(verdictOf(outcome));
}

function verdictOf(outcome: Outcome | undefined): string {
  return outcome?.kind === 'planned' ? outcome.verdict.kind : '';
}

function movedFailure(stage: Stage, outcome: Outcome & { kind: 'ran' }): Failure {
  const names = outcome.reasons.flatMap((reason) =>
    reason.kind === 'changed' ? [reason.field.slice(1).join(' ') || reason.field.join(' ')] : [],
  );
  return failure(
    'stage',
    `${names.join(', ')} changed while ${stage.name} ran: its outs stay, but they are no result`,
    { help: 'mlops repro runs it again' },
  );
}

/** GPUs that stages may share: those made visible, else those the machine has. */
function gpuCount(env: RunContext['env']): number {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined) return visible.split(',').filter((id) => id !== '' && id !== '-1').length;
  return Number(env['MLOPS_GPUS'] ?? 1);
}
