// Images of a report in a Git ref, so that a comment can show them: hosts show what lies in the repository, and nothing that
// lies among artifacts. Each job of a pull request or branch has one ref, which is ours alone; a new commit without history replaces
// the old one, so a repository grows by no more than what is shown now.
import { MlopsError } from '../core/failure.ts';
import type { CommitId, RepoPath } from '../core/ids.ts';
import { type GitPlace, pushCommit, tipOf } from '../git/push-commit.ts';
import type { Repository } from '../git/repository.ts';
import { emptyTree, treeWith, writeBlob } from '../git/tree-changes.ts';
import { writeCommit } from '../git/write-commit.ts';

export interface ImageFile {
  /** A plain name: `accuracy.png`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ImagePlace {
  readonly place: GitPlace;
  /** Of the job. */
  readonly name: string;
  /** Number of the pull request, else the branch. */
  readonly of: { readonly pull: number } | { readonly branch: string };
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string;
  /** An existing folder for what lasts a moment. */
  readonly folder: string;
}

export interface ShownImages {
  /** Name → where a comment can show it from. */
  readonly urls: ReadonlyMap<string, string>;
  /** Why some or all stay among the artifacts. */
  readonly notes: readonly string[];
}

/** Of one picture, and of all. Hosts pass on pictures up to 5 MB; a ref is fetched by nobody, but kept. */
const MOST_BYTES = { each: 5e6, all: 25e6 };

const REFS = 'refs/mlops/ci/';

/** Never fails for what a host refuses: the comment then has no pictures. The same images are the same commit. */
export function pushImages(repo: Repository, files: readonly ImageFile[], place: ImagePlace): ShownImages {
  const { taken, notes } = withinBounds(files);
  if (taken.length === 0) return { urls: new Map(), notes };
  const commit = commitOf(repo, taken, place.folder);
  const refused = put(repo, commit, place);
  if (refused !== undefined)
    return { urls: new Map(), notes: [...notes, `images are only among the artifacts: ${refused}`] };
  const url = (name: string): string => `${place.repositoryUrl}/raw/${commit}/${encodeURIComponent(name)}`;
  return { urls: new Map(taken.map(({ name }) => [name, url(name)])), notes };
}

function withinBounds(files: readonly ImageFile[]): { taken: ImageFile[]; notes: string[] } {
  const taken: ImageFile[] = [];
  const notes: string[] = [];
  let sum = 0;
  for (const file of files) {
    const problem = problemOf(file, sum);
    if (problem === null) {
      taken.push(file);
      sum += file.bytes.length;
    } else notes.push(`${file.name.slice(0, 80)} is only among the artifacts: it ${problem}`);
  }
  return { taken, notes };
}

function problemOf({ name, bytes }: ImageFile, before: number): string | null {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}\.png$/.test(name)) return 'has no plain name that ends in .png';
  if (!PNG.every((byte, at) => bytes[at] === byte)) return 'is no PNG';
  if (bytes.length > MOST_BYTES.each) return 'is larger than 5 MB';
  return before + bytes.length > MOST_BYTES.all ? 'would make more than 25 MB of images' : null;
}

/** The first bytes of every PNG (ISO/IEC 15948, 5.2). */
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function commitOf(repo: Repository, files: readonly ImageFile[], folder: string): CommitId {
  const changes = files.map(({ name, bytes }) => ({
    path: name as RepoPath,
    to: { mode: '100644', id: writeBlob(repo, Buffer.from(bytes)) },
  }));
  const tree = treeWith(repo, folder, emptyTree(repo), changes);
  return writeCommit(repo, tree, [], 'Images of a report\n', ALWAYS);
}

const ALWAYS = { name: 'mlops', email: 'mlops@localhost', when: new Date('2000-01-01T00:00:00Z') };

/** Undefined: the ref has it. Two jobs of one pull request may meet: the later one looks again. */
function put(repo: Repository, commit: CommitId, { place, name, of }: ImagePlace): string | undefined {
  const ref = `${REFS}${name}/${'pull' in of ? `pull/${of.pull}` : `branch/${of.branch}`}`;
  try {
    for (let tries = 0; tries < 3; tries++) {
      const there = tipOf(repo, place, ref);
      if (there === commit) return undefined;
      const answer = pushCommit(repo, place, commit, ref, there ?? null);
      if (answer.kind === 'taken') return undefined;
      if (answer.kind === 'refused') return answer.why;
    }
    return `${ref} is written by another job`;
  } catch (error) {
    if (error instanceof MlopsError) return error.message;
    throw error;
  }
}
