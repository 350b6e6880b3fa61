// The words of a commit that a job makes. Names come from pipelines of anybody: each stays on its line.
import type { Environment } from '../../core/environment.ts';
import type { CommitId } from '../../core/ids.ts';
import type { Person } from '../../git/write-commit.ts';
import type { CiContext } from '../context.ts';
import { oneLine } from '../one-line.ts';

export interface CommitWords {
  readonly ran: readonly string[];
  readonly restored: readonly string[];
  /** The page of the job; undefined outside CI. */
  readonly runUrl: string | undefined;
}

const LISTED = 20;
const LONGEST = 500;

export function commitMessage({ ran, restored, runUrl }: CommitWords): string {
  const lines = [listed('Ran', ran), listed('Restored', restored)].filter((line) => line !== '');
  const trailer = runUrl === undefined ? [] : [`Mlops-Run: ${oneLine(runUrl, LONGEST)}`];
  const parts = ['Update pipeline.lock', lines.join('\n'), trailer.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Which commit of the other branch a proposal was made on: how it is known for ours, and as out of date. */
const ONTO = 'Mlops-Onto';

export function withOnto(message: string, tip: CommitId): string {
  const gap = /\n\nMlops-[\w-]+: .*\n$/.test(message) ? '' : '\n';
  return `${message}${gap}${ONTO}: ${tip}\n`;
}

/** Undefined: no proposal of ours. */
export function ontoOf(message: string): string | undefined {
  return new RegExp(`^${ONTO}: ([0-9a-f]{40,64})$`, 'm').exec(message)?.[1];
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, LISTED).map((name) => oneLine(inert(name), LONGEST));
  const more = names.length > LISTED ? [`and ${names.length - LISTED} more`] : [];
  return `${what}: ${[...shown, ...more].join(', ')}`;
}

/** Folders may be called `fixes #3` or `[skip ci]`, and hosts do what messages say: https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/using-keywords-in-issues-and-pull-requests */
function inert(name: string): string {
  return name.replace(/[#@!](?=\w)/g, '$& ').replace(/\[([^\]]*)\]/g, '($1)');
}

/** Whom GitHub shows as its Actions: https://api.github.com/users/github-actions%5Bbot%5D */
const GITHUB_BOT: Person = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
};

/** Who commits: as Git's own variables say, else the bot of the host; undefined: whom Git knows here. */
export function committer(
  { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email }: Environment,
  host: CiContext['host'],
): Person | undefined {
  if (name && email) return { name, email };
  return host === 'github' ? GITHUB_BOT : undefined;
}
