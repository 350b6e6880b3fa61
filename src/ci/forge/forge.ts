// What a host of repositories is asked for: comments, statuses, issues, pull requests. One contract suite runs for all hosts. Each
// method may be called again with the same words: nothing is doubled, and an equal text is not written a second time. `by` is
// the run that speaks: it never writes over one that began later.
//
// Every method throws MlopsError: exit `remote`; what (the call), where (the URL without credentials), what to do (the
// permission that is missing, when the rate limit ends). Trouble that may pass was retried before it is thrown.
import type { CommitId } from '../../core/ids.ts';
import type { RunOrder } from '../context.ts';

export interface Forge {
  readonly kind: 'github' | 'gitlab';
  /** Most UTF-16 units of a comment's body, so that it fits with its mark. */
  readonly commentLimit: number;
  /** Posts the comment that carries `mark` and is ours, or writes it anew. `mark`: a word, hidden in the body by the forge. */
  upsertComment(on: Thread, mark: string, body: string, by?: RunOrder): Promise<Written>;
  /** One status a `context` and commit: the last one counts. */
  setStatus(commit: CommitId, status: CommitStatus): Promise<void>;
  /** The open pull request whose head is `commit` on `branch` of `repository`, a fork's too; undefined where there is none. */
  findPull(head: PullHead): Promise<number | undefined>;
  /** Opens a pull request from `branch` into `base`, or gives the open one the new title and body. */
  upsertPull(request: PullText): Promise<Written & { readonly number: number }>;
  /** The open issue that carries `mark` and is ours, opened or written anew; labels are added, never taken off. */
  upsertIssue(mark: string, text: IssueText, by?: RunOrder): Promise<Written & { readonly number: number }>;
  /** Closes the open issue that carries `mark`, with a last comment. Nothing where there is none. */
  closeIssue(mark: string, comment: string, by?: RunOrder): Promise<void>;
  /**
   * Where the host keeps files for comments: Markdown-ready URL of each, by name, new with every call. Undefined: it
   * keeps none.
   */
  readonly upload: ((files: readonly Upload[]) => Promise<ReadonlyMap<string, string>>) | undefined;
}

export type Thread = { readonly kind: 'pull' | 'issue'; readonly number: number };

export interface PullHead {
  /** Its slug; '' where it was deleted. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: CommitId;
}

export interface Written {
  /** `newer`: it is left as it is, for a run wrote it that began after the one that was to be told of. */
  readonly how: 'created' | 'updated' | 'unchanged' | 'newer';
  readonly url: string;
}

export interface CommitStatus {
  /** `mlops`. */
  readonly context: string;
  /** `failure`: a gate or a stage said no; `error`: the job could not say. */
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** Cut to what the host takes (GitHub: 140 characters). */
  readonly description: string;
  readonly url: string | undefined;
}

/** What hosts take as a link. */
export function webUrl(url: string | undefined): string | undefined {
  return url !== undefined && /^https?:/.test(url) ? url : undefined;
}

export interface PullText {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

/** Most characters of a title, of pull requests and issues on either host. */
export const TITLE_LIMIT = 250;

export interface IssueText {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type: string;
}
