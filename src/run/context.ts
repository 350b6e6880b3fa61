// What the functions of run/ work with, opened by project.ts.

import type { ActionCatalog } from '../core/action.ts';
import type { Environment } from '../core/environment.ts';
import type { Report } from '../core/event.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Pipeline, Stage } from '../core/pipeline.ts';
import type { RunScope } from '../core/run-scope.ts';
import type { Repository } from '../git/repository.ts';
import type { Remote } from '../remote/remote.ts';
import type { Workspace } from '../store/workspace.ts';
import type { Work } from './claims.ts';
import type { Executor } from './executors/executor.ts';
import type { LockBook } from './lock-book.ts';
import type { RemoteRuns } from './remote-runs.ts';

export interface StateDirs {
  /** `<git-common-dir>/mlops`, shared by worktrees. */
  readonly shared: string;
  /** `<git-dir>/mlops`, of this worktree. */
  readonly worktree: string;
  /** What is remembered of remotes, in `shared`. */
  readonly remotes: string;
}

export interface RunContext {
  readonly pipeline: Pipeline;
  readonly workspace: Workspace;
  readonly locks: LockBook;
  readonly repo: Repository;
  readonly state: StateDirs;
  readonly claims: { readonly worktree: Work; readonly shared: Work };
  /** How long to wait for another process; undefined = for ever. */
  readonly waitMs: number | undefined;
  readonly actions: ActionCatalog;
  readonly executor: Executor;
  readonly env: Environment;
  /** Where the values of `secrets:` come from: `env` may be without them. */
  readonly secretEnv: Environment;
  /** How to run this program as a child. */
  readonly self: readonly string[];
  readonly version: string;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Parsed params file, read now; undefined when there is none. */
  readonly readParams: (file: RepoPath) => JsonObject | undefined;
  /** Single-file deps that Git checked out with other line ends than it keeps. */
  readonly converted: () => ReadonlySet<RepoPath>;
  readonly cache: CachePolicy;
  /** The commit that is checked out and whether tracked files differ from it. */
  readonly origin: () => { readonly commit: CommitId | null; readonly dirty: boolean };
  /** The default remote, opened when first asked for; undefined when none is configured. */
  readonly remote: (() => Promise<Remote>) | undefined;
  /** What a CI job counts changes against; undefined: found in the history that is here. */
  readonly baseline: CommitId | undefined;
  /** Whether a run that was to fetch goes on without when the remote cannot be read. */
  readonly remoteIs: 'needed' | 'optional';
  readonly remoteRuns: RemoteRuns | undefined;
  /** The stage as pipeline.yaml declares it at this moment: the file may have been edited while the stage ran. */
  readonly declaredNow: (stage: Stage) => Stage;
}

export interface CachePolicy {
  readonly read: boolean;
  readonly write: boolean;
  /** Scopes whose entries are believed, the own one among them; the earlier one is preferred. */
  readonly trust: readonly RunScope[];
  /** Where this process writes its own. */
  readonly scope: RunScope;
}
