// One stage of a run: judged, then left as it is, restored, or run. Answers with an outcome; what follows from it is
// reproduce.ts's.
import type { Outcome } from '../core/event.ts';
import { MlopsError } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import type { Outs } from '../core/lock.ts';
import type { Stage } from '../core/pipeline.ts';
import type { GatesResult } from '../ml/gates-result.ts';
import type { RunContext } from './context.ts';
import { judgeStageGates } from './gates.ts';
import { type Judgement, judge } from './judge.ts';
import { perform, sayTrashed, summarise } from './perform.ts';
import { restoreOuts } from './restore.ts';
import { claimStage, type Held } from './stage-claim.ts';
import { Watch } from './trespass.ts';

export interface VisitOptions {
  readonly force: boolean;
  readonly pull: boolean;
  readonly useCache: boolean;
  /** How many stages run now. */
  readonly running: () => number;
}

export class Visitor {
  /** Stages whose outs were fetched before the first visit. */
  prefetched: ReadonlySet<StageName> = new Set();
  /** Whether objects are fetched; no longer once the remote turned out to be away. */
  pull: boolean;
  readonly #context: RunContext;
  readonly #options: VisitOptions;
  readonly #watch: Watch;
  /** Stages whose recorded outs turned out to be nowhere. */
  readonly #gone = new Set<StageName>();

  constructor(context: RunContext, options: VisitOptions) {
    this.#context = context;
    this.#options = options;
    this.pull = options.pull;
    this.#watch = new Watch(context.workspace.top, context.pipeline);
  }

  judge(stage: Stage): Promise<Judgement> {
    return judge(this.#context, stage, {
      force: this.#options.force && !stage.frozen,
      useCache: this.#options.useCache,
      pull: this.pull && !this.#gone.has(stage.name),
    });
  }

  /** A stage that need not run: fresh as it is, or restored. Undefined when it has to run after all. */
  async settle(stage: Stage, { verdict, now }: Judgement): Promise<Outcome | undefined> {
    if (verdict.kind === 'held' || verdict.kind === 'fresh')
      return this.#withGates(stage, { kind: verdict.kind });
    if (verdict.kind !== 'restorable')
      throw new Error(`BUG: ${stage.name} is ${verdict.kind}, which is not settled`);
    const began = Date.now();
    const claim = await claimStage(this.#context, stage, now!, 'settle');
    try {
      if (verdict.write === 'outs' && !(await this.#putBack(stage, verdict.outs, claim))) return undefined;
      this.#context.locks.setBlock(stage, { in: now!.in, key: now!.key, outs: verdict.outs });
    } finally {
      claim.release();
    }
    return this.#withGates(stage, {
      kind: 'restored',
      ms: Date.now() - began,
      savedMs: verdict.savedMs ?? 0,
      from: this.prefetched.has(stage.name) ? 'remote' : verdict.from,
      outs: stage.outs.map((out) => out.path),
      reasons: verdict.reasons,
      headlines: summarise(this.#context, stage).headlines,
    });
  }

  /**
   * Its turn to run. While it stood in line, and while it waited for its claim, another process may have done the work:
   * so it is judged once more under the claim. Undefined when it has to stand in line again.
   */
  async run(stage: Stage): Promise<Outcome | undefined> {
    const first = await this.judge(stage);
    if (first.verdict.kind !== 'stale') return this.settle(stage, first);
    const claim = await claimStage(this.#context, stage, first.now!, 'run');
    let second: Judgement;
    try {
      this.#context.locks.refresh(stage.file);
      second = await this.judge(stage);
      if (second.verdict.kind === 'stale') {
        const options = { ...this.#options, pull: this.pull, claim, watch: this.#watch };
        return this.#withGates(
          stage,
          await perform(this.#context, stage, second.now!, second.verdict.reasons, options),
        );
      }
    } finally {
      claim.release();
    }
    return this.settle(stage, second);
  }

  /** False when what the lock names is nowhere after all: it can still be made again. */
  async #putBack(stage: Stage, outs: Outs, claim: Held): Promise<boolean> {
    try {
      this.#watch.touched(stage.outs.map((out) => out.path));
      sayTrashed(this.#context, (await restoreOuts(this.#context, claim.nonce, outs, this.pull)).trashed);
      return true;
    } catch (error) {
      if (!(error instanceof MlopsError) || error.failures[0]!.exit !== 'missing') throw error;
      this.#gone.add(stage.name);
      return false;
    }
  }

  async #withGates(stage: Stage, outcome: Outcome): Promise<Outcome> {
    if (outcome.kind === 'failed') return outcome;
    const judged = await judgeStageGates(this.#context, stage);
    return judged ? withBaseline({ ...outcome, gates: judged.summary } as Outcome, judged.result) : outcome;
  }
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
