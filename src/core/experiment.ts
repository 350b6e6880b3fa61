// An experiment: a commit on a private ref, whose parent is the baseline and whose message says what was overridden.
import type { CommitId, RepoPath } from './ids.ts';
import { isJsonObject, type Json } from './json.ts';

/** One change of a params file. `add`: the key is not there yet; `remove`: it goes. */
export interface Override {
  readonly file: RepoPath;
  /** Keys of maps, and indexes of lists as numbers. */
  readonly key: readonly (string | number)[];
  readonly op: 'set' | 'add' | 'remove';
  /** Absent when removed. */
  readonly value?: Json;
}

export function isOverride(value: unknown): value is Override {
  if (!isJsonObject(value)) return false;
  const { file, key, op } = value;
  return (
    typeof file === 'string' &&
    Array.isArray(key) &&
    key.every((part) => typeof part === 'string' || typeof part === 'number') &&
    ['set', 'add', 'remove'].includes(String(op))
  );
}

/** What the last line of an experiment's message records. */
export interface ExperimentRecord {
  readonly v: 1;
  readonly name: string;
  readonly baseline: CommitId;
  /** The baseline's tree and patch id: by these it is found again after a rebase or squash. */
  readonly baselineTree: string;
  readonly patch: string | null;
  readonly overrides: readonly Override[];
  /** Id of the queue ticket it came from. */
  readonly ticket: string | null;
  readonly sweep: string | null;
  /** `gate`: everything ran, and a gate said no. */
  readonly ended: 'ok' | 'gate';
  readonly ms: number;
  /** ISO time. */
  readonly started: string;
}

export interface Experiment extends ExperimentRecord {
  readonly ref: string;
  readonly commit: CommitId;
  /** The message without the record. */
  readonly message: string;
}

/** An experiment that waits in the queue. */
export interface Ticket {
  readonly v: 1;
  /** Sorts in the order of the queue. */
  readonly id: string;
  readonly name: string;
  readonly baseline: CommitId;
  /** Tracked changes of the workspace and what is carried, as a commit on top of the baseline. */
  readonly commit: CommitId;
  readonly overrides: readonly Override[];
  /** Null: said by the overrides. */
  readonly message: string | null;
  /** Stages as typed, from the folder `dir`; none = all. */
  readonly targets: readonly string[];
  readonly dir: RepoPath | '';
  readonly sweep: { readonly id: string; readonly trial: number } | null;
  /** ISO time. */
  readonly created: string;
}

/** What is run: a ticket, or without one what runs at once. */
export type Trial = Omit<Ticket, 'v' | 'id' | 'created'> & { readonly ticket: string | null };

/** What became of a ticket. */
export interface EndedTicket extends Ticket {
  readonly state: 'done' | 'gate' | 'failed' | 'killed';
  readonly exit: number;
  readonly experiment: CommitId | null;
  /** In words, when it failed. */
  readonly failure: string | null;
  readonly started: string;
  readonly ended: string;
  /** `host pid`, for people. */
  readonly by: string;
}

/** Why `text` cannot name an experiment, or null when it can. */
export function experimentNameProblem(text: string): string | null {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text)) return 'has to be 1 to 64 of A–Z a–z 0–9 . _ -';
  if (/^[.-]/.test(text)) return 'must not begin with "." or "-"';
  if (text.includes('..') || /\.lock$/i.test(text) || text.endsWith('.'))
    return 'cannot be part of a Git ref';
  return null;
}

/** Of two names that differ in case only, one file system in three can keep just one. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `train.trees=200`, `+new.key=1`, `~old.key`, `other.yaml:a[0]=1`: typed after `-S`, it means the same again. */
export function overrideWords({ file, key, op, value }: Override): string {
  const where = keyWords(file, key);
  if (op === 'remove') return `~${where}`;
  return `${op === 'add' ? '+' : ''}${where}=${valueWords(value ?? null)}`;
}

/** `train.trees`, `other.yaml:a[0]."b.c"` */
export function keyWords(file: string, key: Override['key']): string {
  const path = key.map((part, at) =>
    typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${keyWord(part)}`,
  );
  return `${file === 'params.yaml' ? '' : `${file}:`}${path.join('')}`;
}

function keyWord(part: string): string {
  return /^[^\s.:=~+[\](){}"'<>!,]+$/.test(part) ? part : JSON.stringify(part);
}

/** Text stands in quotes where it could be taken for something else. */
function valueWords(value: Json): string {
  const plain =
    typeof value === 'string' && /^[\p{L}_/][\p{L}\d_./@-]*$/u.test(value) && !NOT_TEXT.test(value);
  return plain ? value : JSON.stringify(value);
}

const NOT_TEXT = /^(?:true|false|null)$/i;
