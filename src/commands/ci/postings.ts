// What is posted of a report, each part on its own: one that fails keeps no other from being tried.
import type { CiContext } from '../../ci/context.ts';
import type { Forge, Written } from '../../ci/forge/forge.ts';
import type { CommitId } from '../../core/ids.ts';
import { renderPipelineIssue } from '../../render/pipeline/issue.ts';
import { renderPipelineMarkdown } from '../../render/pipeline/markdown.ts';
import { advisesAct } from './exit.ts';
import type { CiRecord } from './record.ts';
import { statusOf } from './status.ts';

/** Does it, and gives lines that say what it did; none where there was nothing to do. */
export type Posting = () => Promise<readonly string[]>;

/** A commit that this job pushed. */
export interface Committed {
  readonly commit: CommitId | undefined;
  readonly said: readonly string[];
}

export class Postings {
  readonly #forge: Forge;
  readonly #context: CiContext;
  readonly #record: CiRecord;
  /** Of the job: what it writes carries it. */
  readonly #name: string;
  #pushed: CommitId | undefined;

  constructor(forge: Forge, context: CiContext, record: CiRecord, name: string) {
    this.#forge = forge;
    this.#context = context;
    this.#record = record;
    this.#name = name;
  }

  committed({ commit, said }: Committed): readonly string[] {
    this.#pushed = commit;
    return said;
  }

  /** On the head, and on what this job itself put on top of it: no workflow runs for that. */
  async status(): Promise<readonly string[]> {
    const status = statusOf(this.#record, this.#context, this.#name);
    const commits = [this.#context.head, this.#pushed].filter((each) => each !== undefined);
    for (const commit of commits) await this.#forge.setStatus(commit, status);
    return commits.map((commit) => `status of ${commit.slice(0, 7)}: ${status.state}, ${status.description}`);
  }

  async comment(): Promise<readonly string[]> {
    const number = await this.#pullNumber();
    if (number === undefined) return this.#context.ranFor ? ['no open pull request has this head'] : [];
    const on = { kind: 'pull', number } as const;
    const mark = `${this.#name}.report`;
    const { how, url } = await this.#forge.upsertComment(on, mark, this.#text(), this.#context.run);
    return [`comment ${inWords(how)}: ${url}`];
  }

  /** Open as long as what it is about lasts. What a cancelled or broken job would say is nothing. */
  async issue(about: 'drift' | 'gate'): Promise<readonly string[]> {
    const { pull, ranFor, run } = this.#context;
    const { state, exit, view } = this.#record;
    if (pull || ranFor || state !== 'done' || (exit !== 'ok' && exit !== 'gate')) return [];
    const holds = about === 'drift' ? !advisesAct(view) : exit === 'ok';
    const mark = `${this.#name}.${about}`;
    if (holds) {
      const { description } = statusOf(this.#record, this.#context, this.#name);
      await this.#forge.closeIssue(mark, description, run);
      return [];
    }
    const text = renderPipelineIssue(view, about, { limit: this.#limit() });
    const { how, number, url } = await this.#forge.upsertIssue(mark, { ...text, labels: [] }, run);
    return [`issue #${number} ${inWords(how)}: ${url}`];
  }

  /** Of a second job the number is never believed from a file: whose head it was is asked of the host. */
  async #pullNumber(): Promise<number | undefined> {
    const { pull, ranFor } = this.#context;
    if (pull || !ranFor) return pull?.number;
    const { repository, branch, sha } = ranFor;
    return this.#forge.findPull({ repository, branch, commit: sha });
  }

  #text(): string {
    return renderPipelineMarkdown(this.#record.view, { limit: this.#limit() });
  }

  #limit(): number {
    return this.#forge.commentLimit - ROOM;
  }
}

function inWords(how: Written['how']): string {
  return how === 'newer' ? 'left as it is, for a newer run wrote it' : how;
}

/** For the hidden mark. The limit counts characters, and no text has fewer bytes than those. */
const ROOM = 200;
