// Where this repository's refs can be listed by others.
import { isAbsolute, resolve } from 'node:path';
import { byCodeUnit } from '../util/compare.ts';
import { type Repository, runGit } from './repository.ts';

/** Of every Git remote, without passwords; sorted. A folder is given as an absolute path. */
export function remoteUrls(repo: Repository): string[] {
  const urls = remoteNames(repo).flatMap((name) =>
    lines(runGit(repo.top, ['remote', 'get-url', '--all', '--', name]).stdout),
  );
  return [...new Set(urls.map((url) => plainUrl(url, repo.top)))].sort(byCodeUnit);
}

/** Of `origin`; undefined where there is none. It may hold a password. */
export function originUrl(repo: Repository): string | undefined {
  const { code, stdout } = runGit(repo.top, ['remote', 'get-url', 'origin']);
  return code === 0 ? stdout.toString().trim() : undefined;
}

export function remoteNames(repo: Repository): string[] {
  return lines(runGit(repo.top, ['remote']).stdout);
}

/** Without a password; a folder as an absolute path, from `top`. */
export function plainUrl(url: string, top: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return withoutPassword(url);
  // host:path is ssh; a folder has no colon before its first slash.
  const isFolder = !/^[^/]*:/.test(url);
  return isFolder && !isAbsolute(url) ? resolve(top, url) : url;
}

/** For what is said and written: a URL, or a text with URLs in it. */
export function withoutPassword(text: string): string {
  return text.replace(/\b(https?:\/\/)[^/@\s]*@/gi, '$1');
}

function lines(output: Buffer): string[] {
  return output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}
