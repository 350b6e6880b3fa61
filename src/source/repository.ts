// Another repository (or this one) at a commit or as it stands: its files, its locks, and where its bytes are.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { configAt, localConfig, readConfig, sharedConfig } from '../config/read.ts';
import type { StoredArtifact } from '../core/artifact.ts';
import { fail } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { cloneCommit, hasGit } from '../git/clone.ts';
import { type CommitFiles, commitFiles, openAnyRepository, workTreeFiles } from '../git/commit-files.ts';
import { httpFiles } from '../git/http-files.ts';
import { readLock } from '../lockfile/read.ts';
import type { RemoteConfig } from '../remote/config.ts';
import { openRemote } from '../remote/open.ts';
import type { Remote } from '../remote/remote.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Places } from './places.ts';
import type { SourceContext } from './source.ts';
import { placeOf } from './url.ts';

export interface OpenedRepository {
  readonly shown: string;
  readonly git: CommitFiles;
  /** What its locks record, by path. */
  readonly tracked: ReadonlyMap<RepoPath, StoredArtifact>;
  readonly places: Places;
  close(): void;
}

export interface RepositorySpec {
  readonly url: string;
  readonly rev?: string;
  readonly remote?: string;
}

/** Without `rev` a folder is taken as it stands, a URL at its default branch. */
export async function openSourceRepository(
  spec: RepositorySpec,
  context: SourceContext,
): Promise<OpenedRepository> {
  const place = placeOf(spec.url, context.base);
  if (place.kind === 's3')
    fail('usage', `${spec.url} is no Git repository`, {
      help: 'leave the path out: mlops import s3://bucket/key',
    });
  if (place.kind === 'folder') return openLocal(place.path, spec, context);
  const dir = newFolder(context);
  const close = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    const git = hasGit() ? cloneCommit(place.url, spec.rev, dir) : await httpFiles(place.url, spec.rev, dir);
    return { ...(await opened(spec, git, () => configIn(git), undefined, context)), close };
  } catch (error) {
    close();
    throw error;
  }
}

function newFolder({ scratch }: SourceContext): string {
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, 'clone-'));
}

async function openLocal(
  path: string,
  spec: RepositorySpec,
  context: SourceContext,
): Promise<OpenedRepository> {
  const repo = existsSync(path) ? openAnyRepository(path) : undefined;
  if (!repo)
    fail('missing', `${path} is no Git repository`, {
      help: 'leave the path in it out to take a file or folder',
    });
  const rev = spec.rev ?? (repo.bare ? 'HEAD' : undefined);
  const git = rev === undefined ? workTreeFiles(repo) : commitFiles(repo, rev);
  // Where its bytes are now is said by its settings of now, those of this machine included.
  const own = context.own?.top === repo.top ? context.own : undefined;
  const config = async (): Promise<Config> =>
    own?.config ??
    (repo.bare ? configIn(git) : readConfig([sharedConfig(repo.top), localConfig(repo.gitDir)]));
  const found = await opened(spec, git, config, repo.top, context);
  const dir = (await config()).store.dir ?? join(repo.commonDir, 'mlops', 'store');
  const beside = existsSync(join(dir, 'objects')) ? [openStore(dir)] : [];
  return {
    ...found,
    places: { ...found.places, stores: [...beside, ...found.places.stores] },
    close: () => {},
  };
}

/** `top`: what paths in its settings start from; undefined for one that is not on this machine. */
async function opened(
  spec: RepositorySpec,
  git: CommitFiles,
  config: () => Promise<Config>,
  top: string | undefined,
  context: SourceContext,
): Promise<Omit<OpenedRepository, 'close'>> {
  const stores: readonly Store[] = context.stores;
  const remote = async (): Promise<Remote> =>
    openRemote(remoteConfig(spec, await config(), top, context), {
      base: top ?? context.base,
      ...(context.signal ? { signal: context.signal } : {}),
      // Its settings may name any server, and who has the token can be this job there.
      ...(top !== undefined && top === context.own?.top ? {} : { jobToken: 'withheld' as const }),
    });
  return { shown: spec.url, git, tracked: await trackedIn(git), places: { stores, remote: once(remote) } };
}

async function trackedIn(git: CommitFiles): Promise<Map<RepoPath, StoredArtifact>> {
  const files = git.files.filter(({ path, kind }) => kind !== 'link' && isNamed(path, 'pipeline.lock'));
  const tracked = new Map<RepoPath, StoredArtifact>();
  for (const [at, bytes] of (await git.read(files)).entries()) {
    const { lock } = readLock(bytes.toString(), files[at]!.path);
    for (const [path, { from: _, ...artifact }] of lock.data) tracked.set(path, artifact as StoredArtifact);
    for (const block of lock.stages.values())
      for (const [path, artifact] of Object.entries(block.outs)) tracked.set(path as RepoPath, artifact);
  }
  return tracked;
}

function isNamed(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

async function configIn(git: CommitFiles): Promise<Config> {
  const path = '.mlops/config.yaml';
  const file = git.files.find((each) => each.path === path);
  const [bytes] = file ? await git.read([file]) : [];
  return configAt(bytes?.toString() ?? '', path);
}

/** A foreign repository says where its bytes are; which files of this machine are read is not its business. */
function remoteConfig(
  { url, remote }: RepositorySpec,
  config: Config,
  top: string | undefined,
  { base }: SourceContext,
): RemoteConfig {
  const names = Object.keys(config.remotes);
  const name = remote ?? config.remote ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined)
    fail('missing', `${url} names no remote, and its bytes are not on this machine`, {
      help: 'name one: --remote URL',
    });
  const known = Object.hasOwn(config.remotes, name) ? config.remotes[name] : undefined;
  if (known && top !== undefined) return known;
  if (known) {
    const { caFile: _, ...open } = known;
    if (placeOf(known.url, base).kind === 'folder' && !/^(file:|\/|[a-z]:[\\/])/i.test(known.url))
      fail(
        'missing',
        `${url} keeps its bytes in ${known.url}, a folder beside it, which cannot be reached from here`,
        {
          help: 'name where it is: --remote URL',
        },
      );
    return open;
  }
  if (/[/\\:]/.test(name)) {
    const place = placeOf(name, base);
    return { url: place.kind === 'folder' ? place.path : name };
  }
  return fail('config', `${url} has no remote "${name}"`, {
    help: `it has: ${names.join(', ') || 'none'}; or --remote URL`,
  });
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
