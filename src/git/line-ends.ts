// Files that Git checks out with CRLF and keeps with LF. Their key must be that of the kept bytes: the same commit is
// the same result on every platform.
import { readFileSync } from 'node:fs';
import type { RepoPath } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { type Repository, runGit } from './repository.ts';

/** Those of `paths` whose work tree copy has CRLF where the index has LF. Asks Git for files only where it converts at all. */
export function convertedAmong(repo: Repository, paths: readonly RepoPath[]): Set<RepoPath> {
  if (paths.length === 0 || !converts(repo)) return new Set();
  const listed = runGit(repo.top, [
    'ls-files',
    '--eol',
    '-z',
    '--',
    ...paths.map((path) => `:(top,literal)${path}`),
  ]).stdout.toString();
  const crlf = listed.split('\0').filter((line) => /^i\/lf +w\/crlf /.test(line));
  return new Set(crlf.map((line) => line.slice(line.indexOf('\t') + 1) as RepoPath));
}

function converts(repo: Repository): boolean {
  const config = runGit(repo.top, ['config', '--get-regexp', '^core\\.(autocrlf|eol)$']).stdout.toString();
  if (/autocrlf true|eol crlf/i.test(config)) return true;
  return [`${repo.top}/.gitattributes`, `${repo.commonDir}/info/attributes`].some((file) =>
    /eol=crlf/.test(orAbsent(() => readFileSync(file, 'utf8'), '')),
  );
}

/** The bytes as Git keeps them. */
export function withLineFeeds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
