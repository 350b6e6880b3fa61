// What a finished run leaves behind, in this order: its bytes in the store, its run entry, its lock block. A process
// killed between two of them loses nothing: the next repro finds the entry and only writes the block.
import { hostname, userInfo } from 'node:os';
import type { StoredArtifact } from '../core/artifact.ts';
import { type Failure, failure } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outs } from '../core/lock.ts';
import type { OutDecl, Stage } from '../core/pipeline.ts';
import type { RunEntry } from '../core/run-entry.ts';
import { headCommit, isDirty } from '../git/history.ts';
import type { Batch } from '../store/batch.ts';
import { writeAttempt, writeRun } from '../store/runs.ts';
import { save } from '../store/save.ts';
import type { Snapshot } from '../store/snapshot.ts';
import type { RunContext } from './context.ts';
import type { Fingerprinted } from './fingerprint.ts';
import { type OutSnapshots, outDifferences } from './outs.ts';
import { isCacheable } from './run-cache.ts';

export interface Finished {
  readonly started: Date;
  readonly ms: number;
  readonly exit: number;
  readonly uses: JsonObject;
  readonly log: RunEntry['log'];
}

/** Git is no place for big files: an out that it keeps may have this many bytes. */
const GIT_OUT_LIMIT = 1 << 20;

/** Problems of outs as they stand after a run: one that was not written, one too big for Git. */
export function outProblems(stage: Stage, outs: ReadonlyMap<RepoPath, Snapshot | undefined>): Failure[] {
  return stage.outs.flatMap((out): Failure[] => {
    const here = outs.get(out.path);
    if (!here)
      return [
        failure('stage', `${stage.name} did not write its out ${out.path}`, {
          where: out.where,
          help: 'let the command write it, or remove it from outs',
        }),
      ];
    if (out.git && here.artifact.bytes > GIT_OUT_LIMIT)
      return [
        failure(
          'stage',
          `${out.path} is too big for Git (${here.artifact.bytes} bytes, limit ${GIT_OUT_LIMIT})`,
          { where: out.where, help: 'with "git: false" the store alone keeps it' },
        ),
      ];
    return [];
  });
}

/** `taken`: the batch that `snapshotOuts` took bytes into. */
export async function recordRun(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  outs: ReadonlyMap<RepoPath, Snapshot<StoredArtifact>>,
  finished: Finished,
  taken: Batch,
): Promise<void> {
  await taken.finish();
  for (const listing of now.listings) await save(context.workspace, listingOnly(listing));
  for (const out of stage.outs) if (out.cache) await save(context.workspace, outs.get(out.path)!);
  const record: Outs = Object.fromEntries(
    stage.outs.map((out: OutDecl) => [out.path, outs.get(out.path)!.artifact]),
  );
  if (isCacheable(stage) && context.cache.write)
    writeRun(context.workspace.store, context.cache.scope, {
      ...entryOf(context, stage, now, finished),
      outs: record,
    });
  context.locks.setBlock(stage, { in: now.in, key: now.key, outs: record });
  if (!isCacheable(stage)) context.locks.flush();
}

/** The tree nodes without the bytes, which live elsewhere (most often in Git). */
function listingOnly({ path, artifact, nodes, nodeDigests }: Snapshot): Snapshot {
  return { path, artifact, nodes, nodeDigests, files: [], paths: [], leaves: [] };
}

export function recordAttempt(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  finished: Finished,
): void {
  writeAttempt(context.workspace.store, entryOf(context, stage, now, finished));
}

/** The record of a run, without what it made. */
export function entryOf(
  context: RunContext,
  stage: Stage,
  now: Pick<Fingerprinted, 'in' | 'key'>,
  finished: Finished,
): Omit<RunEntry, 'outs'> {
  const { commit, dirty } = context.origin();
  return {
    v: 1,
    key: now.key,
    in: now.in,
    exit: finished.exit,
    started: finished.started.toISOString(),
    ms: Math.round(finished.ms),
    stage: stage.name,
    commit,
    dirty,
    by: {
      name: context.env['CI'] ? (context.env['GITHUB_ACTOR'] ?? 'ci') : userName(),
      host: hostname(),
      url: runUrl(context.env),
    },
    tool: context.version,
    uses: { platform: `${process.platform}-${process.arch}`, executor: 'local', ...finished.uses },
    log: finished.log,
    sig: null,
  };
}

/** A container may run under a user id that has no name. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

function runUrl(env: RunContext['env']): string | null {
  if (env['GITHUB_RUN_ID'])
    return `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`;
  return env['CI_JOB_URL'] ?? env['BUILD_URL'] ?? null;
}

/** Commit and dirtiness, asked of Git once for a command. */
export function originOf(
  repo: RunContext['repo'],
): () => { readonly commit: RunEntry['commit']; readonly dirty: boolean } {
  let known: { commit: RunEntry['commit']; dirty: boolean } | undefined;
  return () => {
    known ??= { commit: headCommit(repo) ?? null, dirty: isDirty(repo) };
    return known;
  };
}

/**
 * Takes the outs as they stand for the stage's result, without a run: no run entry, so that nobody elsewhere is given
 * what no run has made. False when the lock says so already.
 */
export async function acceptOuts(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  outs: OutSnapshots,
): Promise<boolean> {
  const block = context.locks.block(stage);
  if (block?.key === now.key && outDifferences(outs, block.outs).length === 0) return false;
  for (const listing of now.listings) await save(context.workspace, listingOnly(listing));
  for (const out of stage.outs) if (out.cache) await save(context.workspace, outs.get(out.path)!);
  context.locks.setBlock(stage, {
    in: now.in,
    key: now.key,
    outs: Object.fromEntries([...outs].map(([path, made]) => [path, made!.artifact])),
  });
  return true;
}
