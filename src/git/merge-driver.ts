// The setting that makes Git merge pipeline.lock by stages. `.gitattributes`, which is committed, says `merge=mlops`;
// what that means stands in the repository's own config, because Git runs no command that a clone brought along.
import { mustGit, type Repository, runGit } from './repository.ts';

const SECTION = 'merge.mlops';
/** Git's words: %O base, %A ours (and the place of the result), %B theirs, %P the path. */
const DRIVER = 'sh "$(git rev-parse --git-common-dir)/mlops/hook" merge %O %A %B %P';
const NAME = 'merges pipeline.lock stage by stage';

export function hasMergeDriver(repo: Repository): boolean {
  return setting(repo, 'driver') === DRIVER;
}

/** Returns whether anything changed. */
export function installMergeDriver(repo: Repository): boolean {
  if (hasMergeDriver(repo) && setting(repo, 'name') === NAME) return false;
  mustGit(repo, ['config', '--local', `${SECTION}.name`, NAME]);
  mustGit(repo, ['config', '--local', `${SECTION}.driver`, DRIVER]);
  return true;
}

export function uninstallMergeDriver(repo: Repository): boolean {
  if (setting(repo, 'driver') === undefined) return false;
  mustGit(repo, ['config', '--local', '--remove-section', SECTION]);
  return true;
}

/** Whether the attributes that Git sees here send pipeline.lock to the driver. */
export function lockUsesDriver(repo: Repository): boolean {
  return mustGit(repo, ['check-attr', 'merge', '--', 'pipeline.lock']).trimEnd().endsWith(': merge: mlops');
}

/** Git's own merge by lines, into the file of `ours`. Returns whether it is without conflicts. */
export function mergeByLines(
  cwd: string,
  files: { readonly base: string; readonly ours: string; readonly theirs: string },
): boolean {
  const { base, ours, theirs } = files;
  return (
    runGit(cwd, ['merge-file', '-L', 'ours', '-L', 'base', '-L', 'theirs', ours, base, theirs]).code === 0
  );
}

function setting(repo: Repository, key: string): string | undefined {
  const found = runGit(repo.top, ['config', '--local', '--get', `${SECTION}.${key}`]);
  return found.code === 0 ? found.stdout.toString().trimEnd() : undefined;
}
