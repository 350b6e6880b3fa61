// What became of each stage: reports it, and adds up how the whole run ended.
import type { Outcome } from '../core/event.ts';
import { type ExitName, type Failure, failure, type MlopsError, worstExit } from '../core/failure.ts';
import type { StageName } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunContext } from './context.ts';
import { actionName } from './perform.ts';

export interface ReproResult {
  readonly exit: ExitName;
  readonly outcomes: ReadonlyMap<StageName, Outcome>;
  readonly failures: readonly Failure[];
  readonly rejected: readonly StageName[];
}

export class Ledger {
  readonly outcomes = new Map<StageName, Outcome>();
  readonly #context: RunContext;
  readonly #failures: Failure[] = [];
  readonly #rejected: StageName[] = [];
  readonly #begun = Date.now();

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Whether what follows the stage may go on: a gate's no, a failure and a run that made no record stop it. */
  enter(stage: Stage, outcome: Outcome): 'done' | 'rejected' | 'failed' {
    this.outcomes.set(stage.name, outcome);
    this.#context.report({ kind: 'done', stage: stage.name, action: actionName(stage), outcome });
    if (outcome.kind === 'failed') this.#failures.push(outcome.failure, ...(outcome.also ?? []));
    const unrecorded = outcome.kind === 'ran' && !outcome.recorded;
    if (unrecorded) this.#failures.push(movedFailure(stage, outcome));
    const rejected = 'gates' in outcome && outcome.gates !== undefined && !outcome.gates.passed;
    if (rejected) this.#rejected.push(stage.name);
    if (outcome.kind === 'failed' || unrecorded) return 'failed';
    return rejected ? 'rejected' : 'done';
  }

  /** The planned verdict of a stage; undefined where it has none. */
  verdictOf(name: StageName): string | undefined {
    const outcome = this.outcomes.get(name);
    return outcome?.kind === 'planned' ? outcome.verdict.kind : undefined;
  }

  /** Reports the summary. */
  close(): ReproResult {
    const all = [...this.outcomes.values()];
    const count = (...kinds: readonly Outcome['kind'][]): number =>
      all.filter((each) => kinds.includes(each.kind)).length;
    const planned = [...this.outcomes.keys()].filter((name) =>
      ['fresh', 'held'].includes(this.verdictOf(name) ?? ''),
    );
    this.#context.report({
      kind: 'summary',
      ran: count('ran'),
      restored: count('restored'),
      fresh: count('fresh', 'held') + planned.length,
      failed: count('failed'),
      blocked: count('blocked', 'cancelled'),
      ms: Date.now() - this.#begun,
      savedMs: all.reduce((sum, each) => sum + (each.kind === 'restored' ? each.savedMs : 0), 0),
      rejected: this.#rejected,
      views: [],
    });
    const { signal } = this.#context;
    const failures = signal.aborted
      ? [...this.#failures, ...(signal.reason as MlopsError).failures]
      : this.#failures;
    const exits: ExitName[] = [
      ...failures.map((each) => each.exit),
      ...(this.#rejected.length ? (['gate'] as const) : []),
    ];
    return { exit: worstExit(exits), outcomes: this.outcomes, failures, rejected: this.#rejected };
  }
}

/** A stage that could not even begin, or whose result could not be judged. */
export function failedBy(error: MlopsError): Outcome {
  const [first, ...also] = error.failures;
  return { kind: 'failed', ms: 0, failure: first!, also, reasons: [], logTail: [] };
}

function movedFailure(stage: Stage, outcome: Outcome & { kind: 'ran' }): Failure {
  const names = outcome.reasons.flatMap((reason) =>
    reason.kind === 'changed' ? [reason.field.slice(1).join(' ') || reason.field.join(' ')] : [],
  );
  return failure(
    'stage',
    `${names.join(', ')} changed while ${stage.name} ran: its outs stay, but they are no result`,
    {
      help: 'mlops repro runs it again',
    },
  );
}
