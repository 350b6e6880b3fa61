// The pipeline after parsing: every pipeline.yaml of the repository as one graph that cannot be wrong.
// No cycle, every out one owner, every name known, every path inside the repository.
import type { Location } from './failure.ts';
import type { RepoPath, StageName } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { PlotDecl } from './plot.ts';

export interface Pipeline {
  readonly files: readonly PipelineFile[];
  readonly stages: ReadonlyMap<StageName, Stage>;
  readonly data: ReadonlyMap<RepoPath, DataDecl>;
  /** Those of the files, then those of their stages. */
  readonly plots: readonly PlotDecl[];
  /** Stage → the stages that make something it reads. */
  readonly upstream: ReadonlyMap<StageName, ReadonlySet<StageName>>;
  readonly downstream: ReadonlyMap<StageName, ReadonlySet<StageName>>;
  /** Stage names so that each follows its upstream; ties by file, then by order in the file. */
  readonly order: readonly StageName[];
}

export interface PipelineFile {
  /** `pipeline.yaml` or `sub/pipeline.yaml`. */
  readonly path: RepoPath;
  /** Folder of the file, '' at the root. */
  readonly dir: RepoPath | '';
  /** `pipeline.lock` beside it. */
  readonly lock: RepoPath;
}

export interface DataDecl {
  readonly path: RepoPath;
  readonly file: PipelineFile;
  /** Where it comes from, for `mlops update`. */
  readonly source?: DataSource;
  readonly git: boolean;
  readonly where: Location;
}

/** What an import follows. `path` makes `url` a repository; `rev` is what is followed there, default its HEAD. */
export interface DataSource {
  readonly url: string;
  readonly path?: string;
  readonly rev?: string;
}

/** What a stage does: exactly one. `options` are as written after `${}`; the action's own module parses them. */
export type Action =
  | { readonly kind: 'cmd'; readonly cmd: readonly string[]; readonly where: Location }
  | { readonly kind: 'uses'; readonly uses: string; readonly options: JsonObject; readonly where: Location };

export type DepDecl =
  | { readonly kind: 'path'; readonly path: RepoPath; readonly where: Location }
  /** Pattern relative to the Git top level. */
  | { readonly kind: 'glob'; readonly pattern: string; readonly where: Location };

export interface ParamsDecl {
  readonly file: RepoPath;
  /** Dotted keys as declared; empty = the whole file. */
  readonly keys: readonly string[];
  readonly where: Location;
}

export interface OutDecl {
  readonly path: RepoPath;
  /** Git keeps it too: not Git-ignored. */
  readonly git: boolean;
  /** Stored, pushed and restorable. */
  readonly cache: boolean;
  readonly persist: boolean;
  readonly push: boolean;
  readonly remote?: string;
  /** Declared under `metrics:`. */
  readonly metric: boolean;
  readonly type?: string;
  readonly desc?: string;
  readonly where: Location;
}

export interface Resources {
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly gpus?: number;
}

export interface Stage {
  readonly name: StageName;
  /** Name inside its own file, as the lock spells it: `train@forest`. */
  readonly local: string;
  /** The declared name before `@`: `train`; equal to `local` where there is no foreach or matrix. */
  readonly base: string;
  readonly file: PipelineFile;
  /** The stage whose outs this one checks: who reads those waits for it. */
  readonly follows?: StageName;
  readonly action: Action;
  /** Where the action runs, relative to the Git top level; '' at the root. */
  readonly wdir: RepoPath | '';
  readonly shell?: string;
  readonly deps: readonly DepDecl[];
  readonly params: readonly ParamsDecl[];
  readonly env: readonly string[];
  readonly secrets: readonly string[];
  readonly outs: readonly OutDecl[];
  /** How some of its outs are drawn. */
  readonly plots: readonly PlotDecl[];
  readonly resources: Resources;
  readonly mutex: readonly string[];
  readonly timeoutMs?: number;
  readonly retries: number;
  readonly image?: string;
  readonly pin: readonly string[];
  readonly frozen: boolean;
  readonly always: boolean;
  readonly desc?: string;
  readonly meta?: JsonObject;
  readonly where: Location;
}
