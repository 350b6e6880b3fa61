// The strings that must not mix. Each is made at an edge, where it is checked; inside, the type is the proof.
import { failure, MlopsError } from './failure.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** sha256 of bytes: 64 lower-case hex digits. */
export type Digest = Brand<string, 'Digest'>;
/** sha256 of the canonical JSON of a fingerprint: 64 lower-case hex digits. */
export type StageKey = Brand<string, 'StageKey'>;
/** Path relative to the Git top level: `/`-separated, never empty, absolute, `.` or `..`. */
export type RepoPath = Brand<string, 'RepoPath'>;
/** Canonical stage name: `stage` in the root pipeline, `dir/sub:stage` elsewhere. */
export type StageName = Brand<string, 'StageName'>;
/** Full object id of a Git commit. */
export type CommitId = Brand<string, 'CommitId'>;

const HEX64 = /^[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && HEX64.test(text);
}

export function stageNameOf(dir: RepoPath | '', local: string): StageName {
  return (dir === '' ? local : `${dir}:${local}`) as StageName;
}

export function commitOf(text: string): CommitId {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) throw new Error(`BUG: not a commit id: ${text}`);
  return text as CommitId;
}

/** Why `text` may not be a RepoPath, or null when it may. Every path from a lock, tree or remote is hostile until this says null. */
export function repoPathProblem(text: string): string | null {
  if (text === '') return 'is empty';
  if (text.includes('\0')) return 'contains a NUL byte';
  if (text.includes('\\')) return 'contains a backslash (use /)';
  if (text.startsWith('/') || /^[A-Za-z]:/.test(text)) return 'is absolute';
  for (const part of text.split('/')) {
    if (part === '' || part === '.' || part === '..')
      return `contains ${part === '' ? 'an empty part' : `"${part}"`}`;
    if (isGitName(part)) return 'points into .git';
  }
  return null;
}

/** `.git` in any spelling that some file system takes for it: case, trailing dots or spaces, 8.3 name, NTFS stream, ignored code points. */
export function isGitName(name: string): boolean {
  if (!/^(?:[.gG]|[^\0-\x7f])/.test(name)) return false; // most names, at once
  const plain = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .split(':')[0]!
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return plain === '.git' || plain === 'git~1';
}

export function repoPathOf(text: string): RepoPath {
  const problem = repoPathProblem(text);
  if (problem)
    throw new MlopsError(
      failure('config', `path "${text}" ${problem}`, {
        help: 'paths are relative to the repository and stay inside it',
      }),
    );
  return text as RepoPath;
}

/** `name` inside `dir`; either may be '', which stands for the place itself. Checks nothing: both parts have been. */
export function pathIn(dir: RepoPath | '', name: string): RepoPath;
export function pathIn(dir: string, name: string): string;
export function pathIn(dir: string, name: string): string {
  if (dir === '') return name;
  return name === '' ? dir : `${dir}/${name}`;
}

/** The inverse of `pathIn`: `path`, which lies below `dir`, as it is spelled there. */
export function pathFrom(dir: string, path: string): string {
  return dir === '' ? path : path.slice(dir.length + 1);
}

/** Whether `inner` is `outer` or lies below it. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}

export function overlaps(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}
