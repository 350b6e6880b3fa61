// Runs that the default remote knows, asked for by key when a stage is stale and remembered for one command. A remote
// that does not answer is said once and then left alone: no pipeline stops because a cache is away.
import type { Report } from '../core/event.ts';
import { MlopsError } from '../core/failure.ts';
import type { StageKey } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import type { Remote } from '../remote/remote.ts';
import { lookUpRuns } from '../remote/runs.ts';
import { fitsStage } from './fits-stage.ts';

export class RemoteRuns {
  readonly #open: () => Promise<Remote>;
  readonly #trust: readonly string[];
  readonly #report: Report;
  readonly #signal: AbortSignal;
  readonly #asked = new Map<StageKey, Promise<readonly RunEntry[]>>();
  #away = false;

  constructor(open: () => Promise<Remote>, trust: readonly string[], report: Report, signal: AbortSignal) {
    this.#open = open;
    this.#trust = trust;
    this.#report = report;
    this.#signal = signal;
  }

  /** Asks no more. Whether it was said before that the remote is away: once is enough. */
  leave(): 'now' | 'before' {
    const before = this.#away;
    this.#away = true;
    return before ? 'before' : 'now';
  }

  /** As `lookUpRuns` orders them. */
  async find(key: StageKey, stage: Stage): Promise<readonly RunEntry[]> {
    if (this.#away) return [];
    const answer = this.#asked.get(key) ?? this.#ask(key);
    this.#asked.set(key, answer);
    return (await answer).filter((entry) => fitsStage(entry, stage));
  }

  async #ask(key: StageKey): Promise<readonly RunEntry[]> {
    try {
      const found = await lookUpRuns(await this.#open(), this.#trust, [key], this.#signal);
      return found.get(key) ?? [];
    } catch (error) {
      if (this.#signal.aborted || !(error instanceof MlopsError)) throw error;
      if (!this.#away) {
        const { message, help } = error.failures[0]!;
        this.#report({
          kind: 'warning',
          text: `the remote was not asked for earlier runs: ${message}`,
          ...(help ? { help } : {}),
        });
      }
      this.#away = true;
      return [];
    }
  }
}
