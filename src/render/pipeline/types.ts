// What a report of the whole pipeline is drawn from. The engine hands it over whole; nothing here reads a file.
import type { Artifact } from '../../core/artifact.ts';
import type { GateSummary, Headline } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
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
  /** Of a built-in action, as far as it was made. */
  readonly report: JsonObject | null;
  /** Path of its own page from the page of the pipeline. */
  readonly page: string | null;
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
    readonly metrics: readonly ValueChange[];
  };
  readonly history: readonly MetricHistory[];
}
