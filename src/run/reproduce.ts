// `repro`: visits the selected stages in the order of the graph. A visit judges; what is stale runs when the schedule
// allows it. All that happens is reported as events; the summary says how it ended.
import type { Outcome } from '../core/event.ts';
import { MlopsError } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { asExpected } from '../core/system-trouble.ts';
import type { Verdict } from '../core/verdict.ts';
import { formatBytes } from '../util/units.ts';
import { bringAbsentData } from './absent-data.ts';
import { orAway } from './away.ts';
import type { RunContext } from './context.ts';
import { renewData } from './data.ts';
import { failedBy, Ledger, type ReproResult } from './ledger.ts';
import { limitsOf, sayAutoJobs } from './limits.ts';
import { prefetch } from './prefetch.ts';
import type { Room } from './room.ts';
import { Schedule } from './schedule.ts';
import type { Selection } from './select.ts';
import { recover } from './stage-claim.ts';
import { Visitor } from './visit.ts';

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
  /** What runs beside this one in the same process shares its limits. */
  readonly room?: Room;
}

/** Stages judged at once: judging waits for a remote at most. */
const VISITS = 64;

export function reproduce(
  context: RunContext,
  selection: Selection,
  options: ReproOptions,
): Promise<ReproResult> {
  return new Reproduction(context, selection, options).toEnd();
}

class Reproduction {
  readonly #context: RunContext;
  readonly #selection: Selection;
  readonly #options: ReproOptions;
  readonly #schedule: Schedule;
  readonly #visitor: Visitor;
  readonly #ledger: Ledger;
  readonly #jobs: number;
  #visiting = 0;
  #running = 0;
  #stopped = false;
  #broken: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(context: RunContext, selection: Selection, options: ReproOptions) {
    this.#context = context;
    this.#selection = selection;
    this.#options = options;
    const limits = limitsOf(options.jobs, context.env);
    this.#jobs = limits.jobs;
    const upstream = options.single ? new Map() : context.pipeline.upstream;
    this.#schedule = new Schedule(this.#stages(), upstream, limits, options.room);
    this.#visitor = new Visitor(context, { ...options, running: () => this.#running });
    this.#ledger = new Ledger(context);
  }

  async toEnd(): Promise<ReproResult> {
    const { locks, pipeline, report, signal, workspace } = this.#context;
    const { dry, jobs } = this.#options;
    report({
      kind: 'plan',
      stages: this.#selection.stages,
      jobs: this.#jobs,
      jobsFrom: jobs === undefined ? 'auto' : 'given',
    });
    const stop = (): void => this.#stop();
    signal.addEventListener('abort', stop, { once: true });
    const unwatch = this.#options.room?.watch(() => this.#wake());
    try {
      if (!dry) await this.#prepare();
      await this.#visitAll();
    } finally {
      signal.removeEventListener('abort', stop);
      unwatch?.();
      this.#schedule.vacate();
      if (!dry) locks.flush();
      workspace.stat.flush();
    }
    if (this.#selection.all && !dry && !this.#stopped) locks.prune(pipeline);
    return this.#ledger.close();
  }

  /** Before the first visit: what a dead process left, what the user changed in data, what a pull can bring at once. */
  async #prepare(): Promise<void> {
    const stages = this.#stages();
    recover(this.#context);
    await renewData(this.#context, stages, this.#selection.all);
    if (!this.#options.pull) return bringAbsentData(this.#context, stages, false);
    const remote = await orAway(this.#context, async () => {
      await bringAbsentData(this.#context, stages, true);
      this.#visitor.prefetched = await prefetch(this.#context, stages);
    });
    if (remote === 'asked') return;
    this.#visitor.pull = false;
    await bringAbsentData(this.#context, stages, false);
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
      this.#follow(this.#stage(name), this.#visit(this.#stage(name)), () => this.#visiting--);
    }
    while (!this.#stopped) {
      const name = this.#schedule.takeRunnable();
      if (name === undefined) break;
      if (++this.#running === 2 && this.#options.jobs === undefined) sayAutoJobs(this.#context, this.#jobs);
      this.#follow(this.#stage(name), this.#run(this.#stage(name)), () => this.#running--);
    }
  }

  /** Expected trouble of one stage is its outcome; anything else ends the whole run. */
  #follow(stage: Stage, work: Promise<void>, ended: () => void): void {
    work
      .catch((thrown: unknown) => {
        const error = asExpected(thrown);
        if (!(error instanceof MlopsError)) throw error;
        this.#finish(stage, this.#context.signal.aborted ? { kind: 'cancelled' } : failedBy(error));
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
    const judged = await this.#visitor.judge(stage);
    if (judged.verdict.kind === 'stale' && judged.onRemote) this.#sayRemote(stage, judged.onRemote);
    if (this.#options.dry) this.#plan(stage, judged.verdict);
    else if (judged.verdict.kind === 'stale') this.#enqueue(stage);
    else this.#go(stage, await this.#visitor.settle(stage, judged));
  }

  async #run(stage: Stage): Promise<void> {
    this.#go(stage, await this.#visitor.run(stage));
  }

  #go(stage: Stage, outcome: Outcome | undefined): void {
    if (outcome) this.#finish(stage, outcome);
    else this.#enqueue(stage);
  }

  /** What was being judged when the run was stopped does not begin any more. */
  #enqueue(stage: Stage): void {
    if (this.#stopped) this.#finish(stage, { kind: 'cancelled' });
    else this.#schedule.enqueue(stage.name);
  }

  /** Lets what follows the stage go on, or not. */
  #finish(stage: Stage, outcome: Outcome): void {
    const end = this.#ledger.enter(stage, outcome);
    if (end === 'done') {
      this.#schedule.done(stage.name);
      return;
    }
    for (const name of this.#schedule.failed(stage.name))
      this.#ledger.enter(this.#stage(name), { kind: 'blocked', by: stage.name });
    // A gate's no is a result: independent stages go on. A failure stops what has not begun.
    if (end === 'failed' && !this.#options.keepGoing) this.#stop();
  }

  /** A dry visit: beyond a stage that would change, nothing can be said. */
  #plan(stage: Stage, verdict: Verdict): void {
    this.#ledger.enter(stage, { kind: 'planned', verdict });
    if (isSettled(verdict.kind)) {
      this.#schedule.done(stage.name);
      return;
    }
    for (const name of this.#schedule.failed(stage.name)) {
      const upstream = [...(this.#context.pipeline.upstream.get(name) ?? [])];
      const on = upstream.filter((each) => !isSettled(this.#ledger.verdictOf(each)));
      this.#ledger.enter(this.#stage(name), { kind: 'planned', verdict: { kind: 'waiting', on } });
    }
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const name of this.#schedule.cancel())
      if (!this.#ledger.outcomes.has(name)) this.#ledger.enter(this.#stage(name), { kind: 'cancelled' });
    this.#wake();
  }

  #sayRemote(stage: Stage, { outs }: RunEntry): void {
    const bytes = Object.values(outs).reduce((sum, each) => sum + each.bytes, 0);
    this.#context.report({
      kind: 'note',
      text: `the remote has this run of ${stage.name} (${formatBytes(bytes)})`,
      help: 'mlops repro --pull fetches it instead',
    });
  }

  #stages(): Stage[] {
    return this.#selection.stages.map((name) => this.#stage(name));
  }

  #stage(name: StageName): Stage {
    return this.#context.pipeline.stages.get(name)!;
  }
}

function isSettled(verdict: string | undefined): boolean {
  return verdict === 'fresh' || verdict === 'held';
}
