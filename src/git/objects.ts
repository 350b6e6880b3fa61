// Many objects in one call to git.
import { type Repository, runGit } from './repository.ts';

export interface GitObject {
  readonly type: string;
  readonly body: Buffer;
}

/** By id, or as Git names them (`<commit>:<path>`), in that order; undefined for what is not here. */
export function readObjects(repo: Repository, names: readonly string[]): (GitObject | undefined)[] {
  if (names.length === 0) return [];
  // A line break in a name would end the request early; no path of ours has one.
  const { stdout } = runGit(repo.top, ['cat-file', '--batch'], names.map((name) => `${name}\n`).join(''));
  let at = 0;
  return names.map(() => {
    const end = stdout.indexOf(10, at);
    const header = / (blob|tree|commit|tag) (\d+)$/.exec(stdout.toString('utf8', at, end));
    at = end + 1;
    if (!header) return undefined;
    const body = stdout.subarray(at, at + Number(header[2]));
    at += body.length + 1;
    return { type: header[1]!, body };
  });
}
