// What happens, as data. The engine reports events; render/ turns the same events into a live view, plain lines or
// JSON lines. Every outcome of a command is in these types.
import type { Failure } from './failure.ts';
import type { RepoPath, StageName } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Reason, Verdict } from './verdict.ts';

/** One number worth a place on a stage's line: `accuracy 0.918 ±0.012 (was 0.833)`. */
export interface Headline {
  readonly name: string;
  readonly value: number | string;
  /** Half-width of its 95 % interval. */
  readonly plusMinus?: number;
  readonly was?: number;
}

export interface GateSummary {
  readonly passed: boolean;
  readonly held: number;
  readonly total: number;
  readonly firstRun: boolean;
  /** One sentence per broken rule, with the line in pipeline.yaml. */
  readonly broken: readonly { readonly text: string; readonly where?: string }[];
  readonly notes: readonly string[];
  /** The whole judgement (mlops.gates/1), for pages and programs. */
  readonly result?: JsonObject;
}

export type Outcome =
  /** Gates of an ML stage are judged at every visit, also when nothing ran. */
  | { readonly kind: 'held' | 'fresh'; readonly gates?: GateSummary }
  | {
      readonly kind: 'ran';
      readonly ms: number;
      readonly recorded: boolean;
      readonly outs: readonly RepoPath[];
      readonly reasons: readonly Reason[];
      readonly headlines: readonly Headline[];
      readonly lines: readonly string[];
      readonly gates?: GateSummary;
    }
  | {
      readonly kind: 'restored';
      readonly ms: number;
      readonly savedMs: number;
      readonly from: 'lock' | 'run' | 'remote';
      readonly outs: readonly RepoPath[];
      readonly reasons: readonly Reason[];
      readonly headlines: readonly Headline[];
      readonly gates?: GateSummary;
    }
  | {
      readonly kind: 'failed';
      readonly ms: number;
      readonly failure: Failure;
      /** What else was found wrong at the same time. */
      readonly also?: readonly Failure[];
      readonly reasons: readonly Reason[];
      readonly logTail: readonly string[];
      readonly log?: string;
    }
  | { readonly kind: 'blocked'; readonly by: StageName }
  | { readonly kind: 'cancelled' }
  /** `--dry`: what would happen. */
  | { readonly kind: 'planned'; readonly verdict: Verdict };

/** Work that may take long. `compare` asks a remote what it has. */
export type Task = 'hash' | 'store' | 'checkout' | 'compare' | 'push' | 'fetch' | 'fsck' | 'gc' | 'import';

/** How far one piece of work is. Short work says so too: who shows it waits until it is worth showing. */
export interface ProgressEvent {
  readonly kind: 'progress';
  /** The same in all events of one piece of work, and no other's. */
  readonly id: string;
  readonly task: Task;
  readonly done: Amount;
  /** As far as it is known. */
  readonly total: Partial<Amount>;
  /** Since it began. */
  readonly ms: number;
  /** It is over, well or not. */
  readonly finished: boolean;
}

/** Files or objects, and bytes. */
export interface Amount {
  readonly items: number;
  readonly bytes: number;
}

export type RunEvent =
  | {
      readonly kind: 'plan';
      readonly stages: readonly StageName[];
      readonly jobs: number;
      readonly jobsFrom: 'auto' | 'given';
    }
  | {
      readonly kind: 'start';
      readonly stage: StageName;
      readonly action: string;
      readonly reasons: readonly Reason[];
      readonly attempt: number;
    }
  | {
      readonly kind: 'output';
      readonly stage: StageName;
      readonly line: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly kind: 'waiting'; readonly stage: StageName; readonly for: string }
  | { readonly kind: 'done'; readonly stage: StageName; readonly action: string; readonly outcome: Outcome }
  | ProgressEvent
  /** What came from a remote and is in the store, proved. */
  | { readonly kind: 'fetched'; readonly objects: number; readonly bytes: number }
  | { readonly kind: 'note'; readonly text: string; readonly help?: string }
  | { readonly kind: 'warning'; readonly text: string; readonly help?: string }
  | {
      readonly kind: 'summary';
      readonly ran: number;
      readonly restored: number;
      readonly fresh: number;
      readonly failed: number;
      readonly blocked: number;
      readonly ms: number;
      readonly savedMs: number;
      readonly rejected: readonly StageName[];
      readonly views: readonly RepoPath[];
      /** After a gate said no: the command that takes the change back, where one is known (`git restore params.yaml`). */
      readonly undo?: string;
    };

export type Report = (event: RunEvent) => void;
