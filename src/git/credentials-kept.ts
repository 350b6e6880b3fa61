import { type Repository, runGit } from './repository.ts';

/** Names of Git's settings that hold a credential for every request, as a checkout in CI leaves them behind; no values. */
export function storedCredentials(repo: Repository): string[] {
  const { stdout } = runGit(repo.top, [
    'config',
    '-z',
    '--name-only',
    '--get-regexp',
    '^http\\..*extraheader$',
  ]);
  return stdout
    .toString()
    .split('\0')
    .filter((name) => name !== '');
}
