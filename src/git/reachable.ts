// Which commits a branch, a tag or HEAD still leads to, and which of theirs are like one that nothing leads to any more.
import { type CommitId, commitOf } from '../core/ids.ts';
import { patchIds } from './patch-id.ts';
import { mustGit, type Repository, runGit } from './repository.ts';

/** Branches, tags and HEAD; of branches not those below these prefixes (`refs/heads/mlops-exp/`), here or as others have them. */
export interface Tips {
  readonly except: readonly string[];
}

/** Those of `commits` that no tip leads to, also because they are not here. One git call where all are here. */
export function unreachable(repo: Repository, commits: readonly CommitId[], tips: Tips): Set<CommitId> {
  if (commits.length === 0) return new Set();
  const walk = (from: readonly CommitId[]) =>
    runGit(repo.top, ['rev-list', '--stdin', '--not', ...tipArgs(repo, tips)], `${from.join('\n')}\n`);
  const found = walk(commits);
  const here = found.code === 0 ? commits : commitsHere(repo, commits);
  const absent = commits.filter((commit) => !here.includes(commit));
  const listed = found.code === 0 || here.length === 0 ? found : walk(here);
  const beyond = new Set(listed.code === 0 ? listed.stdout.toString().split('\n') : []);
  return new Set([...absent, ...here.filter((commit) => beyond.has(commit))]);
}

/** Of every tree among `trees`, the oldest commit that a tip leads to and that has it. */
export function commitsWithTrees(
  repo: Repository,
  trees: ReadonlySet<string>,
  tips: Tips,
): Map<string, CommitId> {
  const found = new Map<string, CommitId>();
  if (trees.size === 0) return found;
  for (const line of mustGit(repo, ['log', '--format=%H %T', ...tipArgs(repo, tips)]).split('\n')) {
    const [commit = '', tree = ''] = line.split(' ');
    if (trees.has(tree)) found.set(tree, commitOf(commit)); // newest first: the last one said is the oldest
  }
  return found;
}

/** How far back a patch is looked for. */
const PATCHES = 1000;

/** Of every patch id among `patches`, the newest commit among the last thousand that a tip leads to and that made it. */
export function commitsWithPatches(
  repo: Repository,
  patches: ReadonlySet<string>,
  tips: Tips,
): Map<string, CommitId> {
  const found = new Map<string, CommitId>();
  if (patches.size === 0) return found;
  const commits = mustGit(repo, [
    'rev-list',
    '--no-merges',
    `--max-count=${PATCHES}`,
    ...tipArgs(repo, tips),
  ]);
  for (const { patch, commit } of patchIds(repo, commits.split('\n')))
    if (patches.has(patch) && !found.has(patch)) found.set(patch, commit);
  return found;
}

/** `--exclude` holds for the next `--branches` or `--remotes` alone; its `*` matches `/` too. */
function tipArgs(repo: Repository, { except }: Tips): string[] {
  const below = except.flatMap((prefix) => /^refs\/heads\/(.+)/.exec(prefix)?.[1] ?? []);
  const head = runGit(repo.top, ['rev-parse', '--verify', '--quiet', 'HEAD']).code === 0 ? ['HEAD'] : [];
  return [
    ...below.map((prefix) => `--exclude=${prefix}*`),
    '--branches',
    ...below.map((prefix) => `--exclude=*/${prefix}*`),
    '--remotes',
    '--tags',
    ...head,
  ];
}

function commitsHere(repo: Repository, commits: readonly CommitId[]): CommitId[] {
  const answers = mustGit(
    repo,
    ['cat-file', '--batch-check=%(objecttype)'],
    commits.map((commit) => `${commit}\n`).join(''),
  ).split('\n');
  return commits.filter((_, at) => answers[at] === 'commit');
}
