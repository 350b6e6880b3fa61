// Where and why a CI job runs, as data: read once from the environment of the host, then passed down. Nothing here is a
// promise about who wrote the code that is checked out; `trust.ts` decides what follows from that.
import type { Environment } from '../core/environment.ts';
import type { CommitId } from '../core/ids.ts';

export interface CiContext {
  readonly host: 'github' | 'gitlab' | 'shell';
  readonly event: CiEvent;
  /** As the host's own environment calls it: `pull_request_target`, `merge_request_event`. */
  readonly eventName: string;
  /** Undefined in a plain shell that names none. */
  readonly repository: CiRepository | undefined;
  /** Of a pull or merge request only. */
  readonly pull: PullRequest | undefined;
  /** What an earlier job ran for, whose end started this one; its pull request is looked up. Of `workflow_run` only. */
  readonly ranFor: (PullHead & { readonly ended: 'well' | 'otherwise' }) | undefined;
  /** The branch that was pushed, or that a schedule runs on; of a pull request its own. Undefined for a tag, and detached. */
  readonly branch: string | undefined;
  readonly defaultBranch: string | undefined;
  /** `guarded`: only some may push there, as the host says. */
  readonly guard: 'guarded' | 'open' | 'unknown';
  /** The commit that a status is set on: of a pull request its head, not the merge that the host checked out. */
  readonly head: CommitId | undefined;
  /** What a push started from, where the host says so. */
  readonly before: CommitId | undefined;
  /** The page of this job, for people; of `workflow_run` that of the earlier one. */
  readonly runUrl: string | undefined;
  /** Which of two runs began later; of `workflow_run` the earlier one. Undefined where the host does not say. */
  readonly run: RunOrder | undefined;
}

/** Runs of a host are numbered as they begin; each attempt to run one again counts up. */
export interface RunOrder {
  readonly id: number;
  readonly attempt: number;
}

/** A merge request is a pull request. `pull_request_target`: code of somebody else may be checked out while secrets are at hand. */
export type CiEvent =
  | 'pull_request'
  | 'pull_request_target'
  | 'push'
  | 'schedule'
  | 'manual'
  | 'workflow_run'
  | 'other';

export interface CiRepository {
  /** `owner/name`, or a GitLab path of any depth. */
  readonly slug: string;
  /** `https://github.com/owner/name`. */
  readonly url: string;
  /** `https://api.github.com`, `https://gitlab.com/api/v4`. */
  readonly apiUrl: string;
}

export interface PullHead {
  readonly sha: CommitId;
  readonly branch: string;
  /** Its slug; '' where it was deleted. */
  readonly repository: string;
}

export interface PullRequest {
  /** GitLab: the iid. */
  readonly number: number;
  readonly head: PullHead;
  readonly base: { readonly sha: CommitId | undefined; readonly branch: string };
  /** Its head lies in another repository: its author may be anybody. */
  readonly fork: boolean;
}

/** What a plain shell is told by flags, since nothing around it says so. */
export interface Told {
  readonly event: 'pull_request' | 'push' | 'schedule' | 'manual' | undefined;
  /** Of the pull request. */
  readonly number: number | undefined;
  /** A revision. */
  readonly base: string | undefined;
}

/** What else detection looks at. */
export interface Surroundings {
  readonly env: Environment;
  /** The text of a file. @throws an error of the system */
  readonly read: (file: string) => string;
  /** The commit and the branch that are checked out. */
  readonly head: CommitId | undefined;
  readonly branch: string | undefined;
  /** URL of the remote of that name. */
  readonly origin: string | undefined;
}
