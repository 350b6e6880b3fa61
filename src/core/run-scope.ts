// Scopes of the run cache: an entry lies in `runs/<scope>/…`. Whose entries are believed is decided by these names; who
// may write them, on a bucket, by its policy.

/**
 * `main`, or `pr-7`. Lower case only: on some disks a name that differs in nothing but case is the same folder, and
 * `MAIN` must not be `main`.
 */
export type RunScope = string;

/** What protected jobs and people write. */
export const MAIN_SCOPE: RunScope = 'main';

export const SCOPE = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_-])?$/;
export const SCOPE_WORDS = 'lower-case letters, digits, ".", "_" and "-", at most 64 of them';

export function isRunScope(name: string): boolean {
  return SCOPE.test(name);
}

/** A pull request ends: its entries go when they are old, whatever else needs their outs. Those of `main` stay with them. */
export function isPassing(scope: RunScope): boolean {
  return scope !== MAIN_SCOPE;
}
