// Types of `import { open } from 'mlops'`.
import type { Readable } from 'node:stream';

export interface ReadOptions {
  /** Another repository: a path, https://…, ssh. Default: the one that the current folder is in. */
  readonly repo?: string;
  /** Branch, tag or commit. Default: a folder on this machine as it stands, a URL at its default branch. */
  readonly rev?: string;
  /** Name of one of that repository's remotes, or the URL of another. Default: the one it uses itself. */
  readonly remote?: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

export interface TrackedFile {
  /** As it was asked for: from the top of the repository. */
  readonly path: string;
  readonly bytes: number;
  /** sha256 of its bytes, in hex. */
  readonly digest: string;
  /** The commit it was found at; undefined where a folder was read as it stands. */
  readonly commit: string | undefined;
  /** Its bytes from the first on, each time. It ends without an error only when all of them were right. */
  stream(): Readable;
  /** All of them, proved. */
  read(): Promise<Buffer>;
  /** The same as UTF-8. */
  text(): Promise<string>;
}

export interface ListedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly bytes: number;
  /** sha256 of its bytes, in hex. */
  readonly digest: string;
}

/** Opens one file: tracked by mlops, inside a tracked folder, or kept by Git. @throws MlopsError */
export function open(path: string, options?: ReadOptions): Promise<TrackedFile>;

/** Tracked files at or below a path, or all of them; sorted by artifact. No bytes of them are moved. @throws MlopsError */
export function list(path?: string, options?: ReadOptions): Promise<readonly ListedFile[]>;

/** What was wrong, where, and what to do about it. */
export class MlopsError extends Error {
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** Decide by this: `missing`, `remote`, `integrity`, `config`, `usage`, … */
  readonly exit: string;
  readonly message: string;
  readonly where?: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly help?: string;
}
