// Which claims a piece of work takes. A stage claims its name and paths in its worktree, and its key in the state that
// worktrees share: equal stages run once, and the one who waited finds the run entry of the other.
import { dirname, join } from 'node:path';
import type { RepoPath } from '../core/ids.ts';
import type { Stage } from '../core/pipeline.ts';
import { removeTemporaries } from '../store/temporary.ts';
import type { Claim } from '../util/claim.ts';
import { type ClaimContent, readClaims } from '../util/claim-file.ts';
import type { ProcessGroup } from '../util/process.ts';
import { asideClaims, restoreAside } from './aside.ts';
import { claimWork, openWork, recoverWork, type Work, type WorkWish } from './claims.ts';
import type { RunContext } from './context.ts';
import { globBase } from './data.ts';
import type { Fingerprinted } from './fingerprint.ts';

export interface Held {
  /** Names what is set aside under it. */
  readonly nonce: string;
  /** The process group that works under it. */
  update(group: ProcessGroup | undefined): void;
  /** False when another process judged this one dead and took over. */
  isMine(): boolean;
  release(): void;
}

/** `to`: who runs it is in its mutex groups alone, in all worktrees; who only puts outs in place or records them needs no group. */
export async function claimStage(
  context: RunContext,
  stage: Stage,
  now: Fingerprinted,
  to: 'run' | 'settle',
): Promise<Held> {
  const reads = stage.deps.flatMap((dep) =>
    dep.kind === 'path' ? [dep.path] : [globBase(dep.pattern)].filter((base) => base !== ''),
  );
  const wish = { what: `stage ${stage.name}`, reads, writes: stage.outs.map((out) => out.path) };
  const waiting = (holder: string): void =>
    context.report({ kind: 'waiting', stage: stage.name, for: holder });
  const [name, key] = [`stage:${stage.name}`, `key:${now.key}`];
  const groups = to === 'run' ? stage.mutex.map((group) => `mutex:${group}`) : [];
  const { worktree, shared } = context.claims;
  // Outside linked worktrees both are one folder, and one file says both names.
  if (worktree.dir === shared.dir)
    return held(await claim(context, worktree, { name, also: [key, ...groups], ...wish }, waiting));
  const byName = await claim(context, worktree, { name, ...wish }, waiting);
  try {
    return both(byName, await claim(context, shared, { name: key, also: groups, what: wish.what }, waiting));
  } catch (error) {
    byName.release();
    throw error;
  }
}

/** For commands that write paths without running a stage. */
export async function claimPaths(
  context: RunContext,
  what: string,
  writes: readonly RepoPath[],
): Promise<Held> {
  const got = await claim(
    context,
    context.claims.worktree,
    { name: `${what}:${process.pid}`, what, writes },
    (holder) => context.report({ kind: 'note', text: `waiting for ${holder}` }),
  );
  return held(got);
}

export function openClaims(state: RunContext['state']): { readonly worktree: Work; readonly shared: Work } {
  return { worktree: openWork(state.worktree), shared: openWork(state.shared) };
}

/** Ends what dead processes left: for a command that is about to judge the workspace. */
export function recover(context: RunContext): void {
  const aside = asideClaims(context.state.worktree);
  recoverWork(context.claims.worktree, (dead) => putBack(context, dead));
  if (aside.length === 0) return;
  // A power failure can take a claim and leave what was set aside under it.
  const claimed = new Set(readClaims(context.claims.worktree).map(({ content }) => content.nonce));
  for (const nonce of aside)
    if (!claimed.has(nonce)) restoreAside(context.workspace, context.state.worktree, nonce);
}

function putBack(context: RunContext, dead: ClaimContent): void {
  removeTemporaries(join(context.workspace.store.dir, 'tmp'), dead.pid, { below: false });
  for (const path of dead.writes) {
    const absolute = join(context.workspace.top, path);
    removeTemporaries(dirname(absolute), dead.pid, { below: false });
    removeTemporaries(absolute, dead.pid, { below: true });
  }
  restoreAside(context.workspace, context.state.worktree, dead.nonce);
}

function claim(
  context: RunContext,
  work: Work,
  wish: WorkWish,
  onWait: (holder: string) => void,
): Promise<Claim> {
  return claimWork(work, wish, {
    signal: context.signal,
    onWait,
    ...(context.waitMs === undefined ? {} : { waitMs: context.waitMs }),
    takeOver: (dead) => putBack(context, dead),
  });
}

function held(one: Claim): Held {
  return {
    nonce: one.nonce,
    update: (group) => void one.update(group),
    isMine: () => one.isMine(),
    release: () => one.release(),
  };
}

function both(first: Claim, second: Claim): Held {
  return {
    nonce: first.nonce,
    update: (group) => {
      first.update(group);
      second.update(group);
    },
    isMine: () => first.isMine() && second.isMine(),
    release: () => {
      second.release();
      first.release();
    },
  };
}
