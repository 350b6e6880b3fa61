// Paths as people write them → paths relative to the Git top level.
import { type RepoPath, repoPathProblem } from '../core/ids.ts';
import { escapeGlob, globParts } from '../util/glob.ts';

export type Resolved<T extends string = RepoPath> = { readonly path: T } | { readonly problem: string };

/** `written` seen from folder `base`. `.` parts and a trailing slash do not count; `..` may not leave the repository. */
export function resolvePath(base: RepoPath | '', written: string): Resolved {
  if (written.trim() === '') return { problem: 'is empty' };
  const raw = rawProblem(written);
  if (raw) return { problem: raw };
  const parts = join(base === '' ? [] : base.split('/'), written.split('/'));
  if (!parts) return { problem: 'leads outside the repository' };
  if (parts.length === 0) return { problem: 'is the whole repository' };
  const problem = repoPathProblem(parts.join('/'));
  return problem ? { problem } : { path: parts.join('/') as RepoPath };
}

/** The folder `written`, which may be the top level itself. */
export function resolveFolder(base: RepoPath | '', written: string): Resolved<RepoPath | ''> {
  const parts = rawProblem(written)
    ? undefined
    : join(base === '' ? [] : base.split('/'), written.split('/'));
  return parts?.length === 0 ? { path: '' } : resolvePath(base, written);
}

/** A glob seen from folder `base`, as a pattern from the top level. */
export function resolveGlob(base: RepoPath | '', pattern: string): Resolved<string> {
  if (pattern.startsWith('/') || /^[A-Za-z]:/.test(pattern)) return { problem: 'is absolute' };
  if (pattern.includes('\0')) return { problem: 'contains a NUL byte' };
  const parts = join(base === '' ? [] : base.split('/').map(escapeGlob), globParts(pattern));
  if (!parts || /[{,]\.\.\//.test(pattern)) return { problem: 'leads outside the repository' };
  if (parts.includes('.git')) return { problem: 'points into .git' };
  return { path: parts.join('/') };
}

function rawProblem(written: string): string | null {
  if (written.startsWith('/') || /^[A-Za-z]:/.test(written)) return 'is absolute';
  return written.includes('\\') ? 'contains a backslash (use /)' : null;
}

function join(base: readonly string[], parts: readonly string[]): string[] | undefined {
  const joined = [...base];
  for (const part of parts) {
    if (part === '..') {
      if (joined.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') joined.push(part);
  }
  return joined;
}
