// What one host does of a Forge: a method is a call or a list. `forge-of.ts` makes the promises of a Forge out of them.
import type { CommitId } from '../../core/ids.ts';
import type { CommitStatus, Forge, IssueText, PullHead, PullText, Thread, Upload } from './forge.ts';
import type { Mark } from './mark.ts';
import type { Post, Posts } from './upsert.ts';

/** Every method rejects with a CallTrouble. */
export interface HostApi {
  readonly kind: Forge['kind'];
  /** `owner/name`, or a path of any depth. */
  readonly slug: string;
  readonly commentLimit: number;
  /** As the host calls one: `pull request`, `merge request`. */
  readonly pullWord: string;
  /** What a token must be allowed, in the host's words. */
  readonly needs: { readonly [errand in ErrandKind]: string };
  /** What is known of this token that may explain a refusal. */
  readonly but: string | undefined;
  comments(on: Thread, mark: Mark, body: string): Promise<Posts<Post>>;
  /** Whether it is the last one of its context. */
  hasStatus(commit: CommitId, status: CommitStatus): Promise<boolean>;
  createStatus(commit: CommitId, status: CommitStatus): Promise<void>;
  findPull(head: PullHead): Promise<number | undefined>;
  /** The host itself keeps one a branch and base, so the branch is the mark. `id`: its number, as of an issue. */
  pulls(text: PullText): Posts<Post>;
  issues(mark: Mark, text: IssueText): Promise<Posts<Post>>;
  /** Open, ours, oldest first. */
  findIssues(mark: Mark): Promise<readonly (Post & { readonly body: string })[]>;
  closeIssue(number: number): Promise<void>;
  /** Undefined: the host keeps no files. */
  readonly upload: ((file: Upload) => Promise<string>) | undefined;
}

type ErrandKind = 'pull comment' | 'issue comment' | 'status' | 'look for pull' | 'pull' | 'issue' | 'upload';
