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
import { startProgress } from '../util/progress.ts';
import { temporaryFile } from '../util/temporary-file.ts';
import { plural } from '../util/units.ts';
import { PACKED_MOST_BYTES } from './batch.ts';
import type { CheckoutPlan, Conflict, PlannedWrite, TargetPlan } from './checkout-plan.ts';
import { FileColumns } from './file-columns.ts';
import { type FileStat, fileStat, sameStat } from './file-stat.ts';
import { type ObjectWriter, openObjectWriter } from './object-writer.ts';
import type { SnapshotLeaf } from './snapshot.ts';
import { absoluteInside, type Workspace } from './workspace.ts';
import { writeFiles } from './write.ts';

export { planCheckout } from './checkout-plan.ts';

const YIELD_EVERY = 64;

/**
 * @throws MlopsError `refused` for a plan with conflicts that is not forced, or when the workspace moved since;
 *   `missing` when objects must be fetched first; `integrity` for a damaged object
 */
export async function applyCheckout(ws: Workspace, plan: CheckoutPlan): Promise<void> {
  refuse(plan);
  if (plan.targets.length === 0) return;
  const progress = startProgress(ws.report, 'checkout', totalOf(plan));
  const writer = openObjectWriter(ws.store, ws.stat.clock, progress);
  const written: { readonly target: TargetPlan; readonly files: FileColumns }[] = [];
  try {
    for (const target of plan.targets) written.push({ target, files: await applyTarget(ws, target, writer) });
  } finally {
    writer.finish();
    progress.finish();
  }
  await remember(ws, written);
}

function totalOf(plan: CheckoutPlan) {
  const files = plan.targets.flatMap(({ write }) => write.filter((leaf) => leaf.kind === 'file'));
  return { items: files.length, bytes: files.reduce((sum, leaf) => sum + leaf.bytes, 0) };
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

async function applyTarget(ws: Workspace, target: TargetPlan, writer: ObjectWriter): Promise<FileColumns> {
  const root = absoluteInside(ws, target.path);
  makeParents(root);
  for (const leaf of target.remove) remove(join(root, leaf.path), leaf);
  return 'tree' in target.artifact && !exists(root)
    ? writeWhole(ws, root, target, writer)
    : writeInto(root, target, writer);
}

/** A directory that is not there is made beside its place, on all threads, and appears by one rename. */
async function writeWhole(
  ws: Workspace,
  root: string,
  target: TargetPlan,
  writer: ObjectWriter,
): Promise<FileColumns> {
  const place = temporaryFile(dirname(root));
  const small = new FileColumns();
  const large: PlannedFile[] = [];
  try {
    for (const leaf of target.write) {
      const path = pathIn(place, leaf.path);
      if (leaf.kind === 'directory') mkdirSync(path);
      else if (leaf.kind === 'link') symlinkSync(leaf.target, path);
      else if (leaf.bytes > PACKED_MOST_BYTES) large.push(leaf);
      else small.add(leaf.path, { ...NOT_YET, bytes: leaf.bytes, exec: leaf.exec }, leaf.digest);
    }
    const options = { root: place, seconds: writer.seconds, progress: writer.progress };
    for (const row of await writeFiles(ws.store, small, options)) {
      // Absent or damaged: this says which, or finds another copy.
      const file = { digest: small.digest(row), ...small.stat(row) };
      small.setStat(row, await writer.write(file, pathIn(place, small.paths[row]!)));
    }
    for (const leaf of large)
      small.add(leaf.path, await writer.write(leaf, pathIn(place, leaf.path)), leaf.digest);
    renameSync(place, root);
    return small;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const NOT_YET = { mtime: 0n, ctime: 0n, inode: 0n };

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

type PlannedFile = PlannedWrite & { readonly kind: 'file' };

/** Where others may look already, file by file. */
async function writeInto(root: string, target: TargetPlan, writer: ObjectWriter): Promise<FileColumns> {
  const files = new FileColumns();
  const folders = new Set<string>();
  let done = 0;
  for (const leaf of target.write) {
    const path = pathIn(root, leaf.path);
    if (leaf.path !== '') requireDirectory(dirname(path), folders);
    if (leaf.kind === 'directory') makeDirectory(path, folders);
    else if (leaf.kind === 'link') symlinkSync(leaf.target, path);
    else files.add(leaf.path, await replace(leaf, path, writer), leaf.digest);
    if (++done % YIELD_EVERY === 0) await setImmediate();
  }
  for (const { path, exec, stat } of target.mode) {
    const absolute = join(root, path);
    requireSame(absolute, stat);
    chmodSync(absolute, (lstatSync(absolute).mode & 0o666) | (exec ? 0o111 & ~process.umask() : 0));
  }
  return files;
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
  written: readonly { readonly target: TargetPlan; readonly files: FileColumns }[],
): Promise<void> {
  const { clock } = ws.stat;
  const ms = Number(clock.granularity / 1_000_000n) + 10;
  if (ms <= 100) await setTimeout(ms);
  const now = clock.now();
  for (const { target, files } of written) {
    if ('tree' in target.artifact) {
      addKnown(ws, target, files);
      ws.stat.setDirectory(target.path, files, now);
    } else if (files.length > 0) ws.stat.setFile(target.path, files.stat(0), files.digest(0), now);
  }
  ws.stat.flush();
}

/** Of the files that were kept, only those that the cache trusted: the others were hashed too soon after a write. */
function addKnown(ws: Workspace, target: TargetPlan, files: FileColumns): void {
  const table = ws.stat.directory(target.path);
  for (const { path, stat, digest } of target.kept)
    if (table.find(path, stat) !== undefined) files.add(path, stat, digest);
}
