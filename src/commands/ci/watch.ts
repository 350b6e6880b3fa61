// Collects what a run does from its events, as a report tells it.
import type { Outcome, Report, RunEvent } from '../../core/event.ts';
import type { StageName } from '../../core/ids.ts';
import type { StageRun } from '../../render/pipeline/types.ts';
import { reasonsInWords } from '../../render/run/reason.ts';
import { PLAIN } from '../../render/terminal.ts';

/** Warnings that a report repeats. */
const MOST_NOTES = 20;

export class RunWatch {
  readonly #stages = new Map<StageName, StageRun>();
  readonly #notes = new Set<string>();

  readonly see: Report = (event: RunEvent) => {
    if (event.kind === 'done') {
      const run = runOf(event.outcome);
      if (run) this.#stages.set(event.stage, run);
    } else if (event.kind === 'warning' && this.#notes.size < MOST_NOTES) {
      this.#notes.add(event.help === undefined ? event.text : `${event.text}: ${event.help}`);
    }
  };

  get stages(): ReadonlyMap<StageName, StageRun> {
    return this.#stages;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }
}

/** A stage that was stopped did not fail. */
const SIGNALLED: ReadonlySet<string> = new Set(['interrupted', 'terminated']);

/** Undefined of what was only planned. */
function runOf(outcome: Outcome): StageRun | undefined {
  const plain = { ms: 0, savedMs: 0, why: '', failure: null, logTail: [] };
  switch (outcome.kind) {
    case 'fresh':
    case 'cancelled':
      return { ...plain, outcome: outcome.kind };
    case 'held':
      return { ...plain, outcome: 'frozen' };
    case 'blocked':
      return { ...plain, outcome: 'blocked', why: `blocked by ${outcome.by}` };
    case 'ran':
      return { ...plain, outcome: 'ran', ms: outcome.ms, why: words(outcome.reasons) };
    case 'restored':
      return {
        ...plain,
        outcome: 'restored',
        ms: outcome.ms,
        savedMs: outcome.savedMs,
        why: words(outcome.reasons),
      };
    case 'failed':
      return {
        ...plain,
        outcome: SIGNALLED.has(outcome.failure.exit) ? 'cancelled' : 'failed',
        ms: outcome.ms,
        why: words(outcome.reasons),
        failure: outcome.failure,
        logTail: outcome.logTail,
      };
    case 'planned':
      return undefined;
  }
}

function words(reasons: Parameters<typeof reasonsInWords>[0]): string {
  return reasonsInWords(reasons, PLAIN.symbols);
}
