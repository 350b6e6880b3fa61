// Does what a checkout plan says. Files appear by rename, whole and proved; a directory that was not there appears by
// one rename. Nothing is flushed to disk: a checkout can be made again. Before every step the workspace is looked at
// once more: what changed since the plan was made is the user's work and stops it.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fail, failure, MlopsError } from '../core/failure.ts';
import { pathIn } from '../core/ids.ts';
import { isErrno, orAbsent } from '../util/errno.ts';
import { plural } from '../util/units.ts';
import type { CheckoutPlan, Conflict, PlannedWrite, TargetPlan } from './checkout-plan.ts';
import { type FileStat, fileStat, sameStat } from './file-stat.ts';
import { type ObjectWriter, openObjectWriter } from './object-writer.ts';
import type { SnapshotLeaf } from './snapshot.ts';
import type { StatRow } from './stat-table.ts';
import { temporaryFile } from './temporary.ts';
import { absoluteInside, type Workspace } from './workspace.ts';

export { planCheckout } from './checkout-plan.ts';

const YIELD_EVERY = 64;

/**
 * @throws MlopsError `refused` for a plan with conflicts that is not forced, or when the workspace moved since;
 *   `missing` when objects must be fetched first; `integrity` for a damaged object
 */
export async function applyCheckout(ws: Workspace, plan: CheckoutPlan): Promise<void> {
  refuse(plan);
  if (plan.targets.length === 0) return;
  const writer = openObjectWriter(ws.store, ws.stat.clock);
  const written: { readonly target: TargetPlan; readonly rows: readonly StatRow[] }[] = [];
  try {
    for (const target of plan.targets) written.push({ target, rows: await applyTarget(ws, target, writer) });
  } finally {
    writer.finish();
  }
  await remember(ws, written);
}

function refuse(plan: CheckoutPlan): void {
  const inWay = plan.conflicts.filter((conflict) => !plan.force || conflict.why === 'tracked');
  if (inWay.length > 0) throw new MlopsError(inWay.map(refusal));
  if (plan.missing.length > 0)
    fail(
      'missing',
      `${plural(plan.missing.length, 'object')} needed by the checkout ${plan.missing.length === 1 ? 'is' : 'are'} not in the store`,
      {
        help: '`mlops pull` brings them from the remote, if they were pushed',
      },
    );
}

function refusal({ path, why }: Conflict) {
  if (why === 'tracked')
    return failure('refused', `${path} is tracked by Git, so it is not written over`, {
      help: `\`git rm --cached ${path}\` if mlops should keep it`,
    });
  const what = why === 'modified' ? 'was modified and is not stored' : 'is not part of what was recorded';
  return failure('refused', `${path} ${what}: it would be lost`, {
    help: '`mlops add` or `mlops commit` keeps it, `--force` goes over it',
  });
}

async function applyTarget(ws: Workspace, target: TargetPlan, writer: ObjectWriter): Promise<StatRow[]> {
  const root = absoluteInside(ws, target.path);
  makeParents(root);
  for (const leaf of target.remove) remove(join(root, leaf.path), leaf);
  const whole = 'tree' in target.artifact && !exists(root);
  const place = whole ? temporaryFile(dirname(root)) : root;
  try {
    const rows = await writeAll(
      place,
      target,
      whole ? writer.write : (leaf, path) => replace(leaf, path, writer),
    );
    if (whole) renameSync(place, root);
    return rows;
  } finally {
    if (whole) rmSync(place, { recursive: true, force: true });
  }
}

function makeParents(root: string): void {
  try {
    mkdirSync(dirname(root), { recursive: true });
  } catch (error) {
    if (!isErrno(error, 'EEXIST', 'ENOTDIR')) throw error;
    fail(
      'refused',
      `a file stands where ${dirname(root)} must be a directory`,
      { help: 'move it away' },
      error,
    );
  }
}

type WriteFile = (leaf: PlannedFile, path: string) => Promise<FileStat>;
type PlannedFile = PlannedWrite & { readonly kind: 'file' };

async function writeAll(root: string, target: TargetPlan, write: WriteFile): Promise<StatRow[]> {
  const rows: StatRow[] = [];
  const folders = new Set<string>();
  let done = 0;
  for (const leaf of target.write) {
    const path = pathIn(root, leaf.path);
    if (leaf.path !== '') requireDirectory(dirname(path), folders);
    if (leaf.kind === 'directory') makeDirectory(path, folders);
    else if (leaf.kind === 'link') symlinkSync(leaf.target, path);
    else rows.push({ path: leaf.path, stat: await write(leaf, path), digest: leaf.digest });
    if (++done % YIELD_EVERY === 0) await setImmediate();
  }
  for (const { path, exec, stat } of target.mode) {
    const absolute = join(root, path);
    requireSame(absolute, stat);
    chmodSync(absolute, (lstatSync(absolute).mode & 0o666) | (exec ? 0o111 & ~process.umask() : 0));
  }
  return rows;
}

/** Puts a file where others may look already: whole, by rename, over nothing but what the plan saw. */
async function replace(leaf: PlannedFile, path: string, writer: ObjectWriter): Promise<FileStat> {
  const temporary = temporaryFile(dirname(path));
  try {
    await writer.write(leaf, temporary);
    if (leaf.over?.kind === 'file' && leaf.over.stat) requireSame(path, leaf.over.stat);
    else if (exists(path)) moved(path);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return fileStat(lstatSync(path, { bigint: true }));
}

function remove(path: string, leaf: SnapshotLeaf): void {
  if (leaf.kind === 'directory') removeDirectory(path);
  else {
    if (leaf.kind === 'file' && leaf.stat) requireSame(path, leaf.stat);
    else if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) moved(path);
    unlinkSync(path);
  }
}

/** Ignored files may stand in it; they stay, and it with them. */
function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

function makeDirectory(path: string, folders: Set<string>): void {
  if (!exists(path)) {
    mkdirSync(path);
    folders.add(path);
  } else requireDirectory(path, folders);
}

/** A symlink in the place of a directory would lead the write elsewhere. */
function requireDirectory(path: string, folders: Set<string>): void {
  if (folders.has(path)) return;
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) moved(path);
  folders.add(path);
}

function requireSame(path: string, expected: FileStat): void {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stats?.isFile() || !sameStat(fileStat(stats), expected)) moved(path);
}

function moved(path: string): never {
  return fail('refused', `${path} changed while the checkout was running`, {
    help: 'run the command again when nothing writes to it',
  });
}

function exists(path: string): boolean {
  return orAbsent(() => lstatSync(path, { throwIfNoEntry: false }), undefined) !== undefined;
}

/**
 * What was written need not be hashed by the next command. Its mtime was set a granule into the past, so that any later
 * write shows; waiting until its ctime is a granule old too makes the cache take it. A coarse clock is not waited for.
 */
async function remember(
  ws: Workspace,
  written: readonly { readonly target: TargetPlan; readonly rows: readonly StatRow[] }[],
): Promise<void> {
  const { clock } = ws.stat;
  const ms = Number(clock.granularity / 1_000_000n) + 5;
  if (ms <= 100) await setTimeout(ms);
  const now = clock.now();
  for (const { target, rows } of written) {
    if ('tree' in target.artifact)
      ws.stat.setDirectory(target.path, [...stillKnown(ws, target), ...rows], now);
    else for (const row of rows) ws.stat.setFile(target.path, row.stat, row.digest, now);
  }
  ws.stat.flush();
}

/** Of the files that were kept, only those that the cache trusted: the others were hashed too soon after a write. */
function stillKnown(ws: Workspace, target: TargetPlan): readonly StatRow[] {
  const table = ws.stat.directory(target.path);
  return target.kept.filter(({ path, stat }) => table.find(path, stat) !== undefined);
}
