// The contract of an action: what a stage can do besides run a command. One file in run/actions/ per action;
// the registry there is its list. `pipeline/` knows only this interface, so it can place deps and outs.
import type { Headline } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Problem, Shape } from './shape.ts';

/** What an action reads and writes, as its options say; paths relative to the folder of pipeline.yaml. */
export interface ActionPlan {
  /** Paths or globs. */
  readonly reads: readonly string[];
  readonly writes: readonly { readonly path: string; readonly git: boolean; readonly metric: boolean }[];
  /** Options that are part of the key: as written, without what is judged afterwards (gates, baseline). */
  readonly hashed: JsonObject;
  /** Beyond what the shape can say. Paths lead from the options. */
  readonly problems: readonly Problem[];
}

export interface ActionSpec {
  readonly name: string;
  /** Raised only when results change for equal inputs; part of the key. */
  readonly revision: number;
  readonly options: Shape;
  plan(options: JsonObject, stage: { readonly local: string }): ActionPlan;
  /**
   * Further reads that only the bytes tell, such as a model's external weights; paths relative to the folder of
   * pipeline.yaml. Undefined when those bytes are not here.
   */
  discover?(options: JsonObject, cwd: string): readonly string[] | undefined;
  /** Loads the heavy part when a stage runs. Runs in a process of its own, as a command would. */
  run(options: JsonObject, context: ActionContext): Promise<ActionResult>;
  /** What its report says, in a line; also asked of restored and fresh stages. */
  summarise?(report: JsonObject): Summary;
}

export interface Summary {
  readonly headlines: readonly Headline[];
  /** Further lines for the screen, under the stage's own. */
  readonly lines: readonly string[];
}

export interface ActionContext {
  readonly stage: string;
  /** Absolute folder that option paths are relative to. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export interface ActionResult {
  /** Recorded in the run entry, in no out: device used, runtime version. */
  readonly uses: JsonObject;
}

/** What `pipeline/` needs to know of the registry. */
export interface ActionCatalog {
  readonly names: readonly string[];
  find(name: string): ActionSpec | undefined;
}
