// What the locks of the workspace say, read without pipeline.yaml: fsck must work when that is broken too.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { StoredArtifact } from '../core/artifact.ts';
import { type CommitId, type RepoPath, type StageName, stageNameOf } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { filesNamed } from '../git/files.ts';
import { filesNamedAt, headCommit, readAt } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { readLock } from '../lockfile/read.ts';
import { orAbsent } from '../util/errno.ts';

export interface Recorded {
  readonly path: RepoPath;
  readonly artifact: StoredArtifact;
  /** Its producer; absent for data. */
  readonly stage?: StageName;
  /** Data that was imported. */
  readonly imported: boolean;
}

export interface LockDamage {
  readonly file: RepoPath;
  readonly problem: string;
  /** Stages and data that the lock of HEAD has and this one has lost. */
  readonly lost: readonly string[];
}

export interface RecordedLocks {
  readonly recorded: readonly Recorded[];
  readonly damage: readonly LockDamage[];
}

const LOCK = 'pipeline.lock';

export function recordedNow(repo: Repository): RecordedLocks {
  const head = headCommit(repo);
  const committed = head ? filesNamedAt(repo, head, LOCK) : [];
  const old = head ? readAt(repo, head, committed) : [];
  const was = new Map(committed.map((path, at) => [path, old[at]?.toString()] as const));
  const recorded: Recorded[] = [];
  const damage: LockDamage[] = [];
  for (const file of new Set([...filesNamed(repo, LOCK), ...committed])) {
    const text = orAbsent(() => readFileSync(join(repo.top, file), 'utf8'), undefined);
    if (text === undefined) {
      damage.push({ file, problem: 'is gone', lost: namesIn(was.get(file), file) });
      continue;
    }
    const { warnings } = readLock(text, file);
    recorded.push(...recordsIn(text, file));
    if (warnings.length === 0) continue;
    const here = new Set(namesIn(text, file));
    const lost = namesIn(was.get(file), file).filter((name) => !here.has(name));
    damage.push({
      file,
      problem: warnings
        .map((each) => each.replace(/^.*?pipeline\.lock:? /, '').replace('. repro writes it anew', ''))
        .join('; '),
      lost,
    });
  }
  return { recorded, damage };
}

/** What the locks of a commit say. */
export function recordedAt(repo: Repository, commit: CommitId): Recorded[] {
  const files = filesNamedAt(repo, commit, LOCK);
  const texts = readAt(repo, commit, files);
  return files.flatMap((file, at) => recordsIn(texts[at]!.toString(), file));
}

/** An out with `cache: false` is stored nowhere, so nothing of it can be lacking. */
export function storedOnly(recorded: readonly Recorded[], pipeline: Pipeline | undefined): Recorded[] {
  return recorded.filter(({ stage, path }) => {
    const outs = stage === undefined ? undefined : pipeline?.stages.get(stage)?.outs;
    return outs?.find((out) => out.path === path)?.cache !== false;
  });
}

function recordsIn(text: string, file: RepoPath): Recorded[] {
  const { lock } = readLock(text, file);
  const dir = posix.dirname(file) === '.' ? '' : (posix.dirname(file) as RepoPath);
  const data = [...lock.data].map(([path, { from, ...artifact }]) => ({
    path,
    artifact,
    imported: from !== undefined,
  }));
  const outs = [...lock.stages].flatMap(([local, { outs: made }]) =>
    Object.entries(made).map(([path, artifact]) => ({
      path: path as RepoPath,
      artifact,
      stage: stageNameOf(dir, local),
      imported: false,
    })),
  );
  return [...data, ...outs];
}

function namesIn(text: string | undefined, file: RepoPath): string[] {
  if (text === undefined) return [];
  const { lock } = readLock(text, file);
  return [...lock.data.keys(), ...lock.stages.keys()];
}
