// What a report of the whole pipeline is drawn from. The engine hands it over whole; nothing here reads a file.
import type { Artifact } from '../../core/artifact.ts';
import type { FolderChange, TableChange } from '../../core/data-change.ts';
import type { GateSummary, Headline } from '../../core/event.ts';
import type { ExitName, Failure } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Graph } from '../dag/graph.ts';
import type { ValueChange } from '../data/values.ts';

export interface StageView {
  readonly stage: string;
  readonly action: string;
  readonly state: 'fresh' | 'frozen' | 'restorable' | 'stale' | 'waiting' | 'failed';
  /** Why it is not fresh; '' where it is. */
  readonly why: string;
  readonly headlines: readonly Headline[];
  readonly lines: readonly string[];
  readonly gates: GateSummary | null;
  /** What its report says; null where it has none. All that is drawn of one: a view without reports is drawn the same. */
  readonly said: ReportSaid | null;
  /** Of a built-in action, as far as it was made. For programs. */
  readonly report: JsonObject | null;
  /** Path of its own page from the page of the pipeline. */
  readonly page: string | null;
  /** What `mlops ci` just did with it; null where the report only says what stands. */
  readonly run: StageRun | null;
}

/** A report in words and a few numbers. */
export interface ReportSaid {
  /** Of a drift report. */
  readonly advice: {
    readonly decision: 'keep' | 'investigate' | 'retrain' | 'block';
    /** With its probability, or why there is none. */
    readonly odds: string;
    readonly reasons: readonly string[];
  } | null;
  /** What a hurried reader takes along. */
  readonly points: readonly string[];
  /** Worst first. */
  readonly worse: readonly WorseSlice[];
}

/** A part of the data on which a model does worse than another, beyond chance. */
export interface WorseSlice {
  /** `weather = rain`. */
  readonly slice: string;
  /** As the report has it: `roc_auc`. */
  readonly metric: string;
  readonly now: number;
  /** Now − then. */
  readonly change: number;
  /** Than what: `the baseline model`, `main`. */
  readonly than: string;
}

/** A metric of which its report says how sure it is. */
export interface MetricChange extends ValueChange {
  /** 95 % of the value now. */
  readonly interval?: readonly [number, number];
  /** Whether the change is more than what other rows of the same kind would have given. */
  readonly chance?: 'beyond' | 'within';
}

/** How a stage ended, and the time that was not spent on it again. */
export interface StageRun {
  readonly outcome: 'ran' | 'restored' | 'fresh' | 'frozen' | 'failed' | 'blocked' | 'cancelled';
  readonly ms: number;
  /** What the run took that was used instead; 0 where it ran or nobody knows. */
  readonly savedMs: number;
  /** In words: in what it differs from what it is compared with, else why it did not just stay as it was. */
  readonly why: string;
  readonly failure: Failure | null;
  /** The last lines that it printed before it failed. */
  readonly logTail: readonly string[];
}

/** What the whole run did. */
export interface RunView {
  /** As typed: `repro --pull`. */
  readonly command: string;
  readonly exit: ExitName;
  readonly ms: number;
  readonly savedMs: number;
  /** Beside those of stages. */
  readonly failures: readonly Failure[];
  /** What a reader must know: a changed remote that was ignored, a baseline that could not be found. */
  readonly notes: readonly string[];
  readonly pushed: {
    readonly objects: number;
    readonly bytes: number;
    readonly runs: number;
    readonly to: string;
  } | null;
}

/** A plot or a page's picture as a file. */
export interface ReportImage {
  /** What it shows, also for those who cannot see it. */
  readonly alt: string;
  /** PNG beside the report. */
  readonly file: string;
  /** Where a comment can show it from; null: only among the job's artifacts. */
  readonly url: string | null;
}

/** One metric over the last commits that changed it, oldest first; the workspace is the last point. */
export interface MetricHistory {
  readonly file: string;
  readonly key: string;
  readonly better: 'max' | 'min' | 'zero' | null;
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

export interface PipelineView {
  /** Name of the repository's folder. */
  readonly name: string;
  /** The branch or commit that it is of; null before the first commit. */
  readonly at: string | null;
  /** What changes are counted against; null where there is nothing. */
  readonly against: { readonly name: string; readonly commit: string } | null;
  readonly stages: readonly StageView[];
  readonly data: readonly {
    readonly path: string;
    readonly artifact: Artifact | null;
    readonly changed: boolean;
  }[];
  readonly changes: {
    readonly data: readonly { readonly path: string; readonly was?: Artifact; readonly now?: Artifact }[];
    readonly params: readonly ValueChange[];
    readonly metrics: readonly MetricChange[];
  };
  readonly history: readonly MetricHistory[];
  /** Stages, data, and what flows between them. */
  readonly graph: Graph;
  /** Of `changes.data`, those that could be looked into. */
  readonly tables: readonly TableChange[];
  readonly folders: readonly FolderChange[];
  readonly images: readonly ReportImage[];
  /** Null where nothing was run: `mlops report`. */
  readonly run: RunView | null;
  /** For the comment; null outside CI. */
  readonly links: {
    /** The full page. */
    readonly page: string | null;
    readonly job: string | null;
    /** What paths of files at this commit are put behind; ends with `/`. */
    readonly files: string | null;
  };
}
