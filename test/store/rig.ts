// A worktree in a temporary folder, with the folders that Git would have; no Git program is needed.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import type { StoredArtifact } from '../../src/core/artifact.ts';
import { MlopsError } from '../../src/core/failure.ts';
import { type RepoPath, repoPathOf } from '../../src/core/ids.ts';
import type { Clock } from '../../src/store/clock.ts';
import { save } from '../../src/store/save.ts';
import { type Snapshot, snapshot } from '../../src/store/snapshot.ts';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../src/store/workspace.ts';

export const at = (path: string): RepoPath => repoPathOf(path);

export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'mlops-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Text of a file; `{ exec }`, `{ link }`, or null for an empty directory. */
export type Content = string | { readonly exec: string } | { readonly link: string } | null;
export type Files = { readonly [path: string]: Content };

export interface Rig {
  readonly ws: Workspace;
  readonly top: string;
  readonly warnings: string[];
  path(name: string): string;
  write(files: Files): void;
  remove(path: string): void;
  /** What stands below a path now, in the same words. */
  holds(path: string): Files;
  /** The same worktree, opened by another process. */
  again(options?: Partial<WorkspaceOptions>): Workspace;
}

/** A worker's script as the build would make it. */
export async function builtWorker(name: string): Promise<URL> {
  const outfile = join(folder(), `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `../../src/store/${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  return pathToFileURL(outfile);
}

/** What stands at `path`, hashed and stored in one pass. */
export async function take(ws: Workspace, path: RepoPath): Promise<Snapshot<StoredArtifact> | undefined> {
  const batch = ws.store.batch('bytes');
  const here = await snapshot(ws, path, batch);
  if (here) await save(ws, here, batch);
  return here;
}

/** Trusts every time at once, so that a test sees the cache at work; `coarse` for the clock of a real disk. */
export const TRUSTING: Clock = { granularity: 0n, now: () => 2n ** 62n };

export function rig(options: Partial<WorkspaceOptions> = {}): Rig {
  const top = folder();
  mkdirSync(join(top, '.git'));
  const warnings: string[] = [];
  const open = (more: Partial<WorkspaceOptions>): Workspace =>
    openWorkspace({
      top,
      gitDir: join(top, '.git'),
      commonDir: join(top, '.git'),
      warn: (text) => warnings.push(text),
      ...options,
      ...more,
    });
  const path = (name: string): string => join(top, name);
  return {
    ws: open({}),
    top,
    warnings,
    path,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) place(path(name), content);
    },
    remove: (name) => rmSync(path(name), { recursive: true, force: true }),
    holds: (name) => Object.fromEntries(list(path(name), '')),
    again: (more = {}) => open(more),
  };
}

function place(path: string, content: Content): void {
  mkdirSync(content === null ? path : dirname(path), { recursive: true });
  if (content === null) return;
  if (typeof content === 'string') writeFileSync(path, content);
  else if ('link' in content) symlinkSync(content.link, path);
  else {
    writeFileSync(path, content.exec);
    chmodSync(path, 0o755);
  }
}

function* list(path: string, prefix: string): Generator<[string, Content]> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (stats.isSymbolicLink()) yield [prefix, { link: readlinkSync(path) }];
  else if (stats.isFile()) {
    const text = readFileSync(path, 'utf8');
    yield [prefix, stats.mode & 0o100 ? { exec: text } : text];
  } else {
    const names = readdirSync(path).sort();
    if (names.length === 0) yield [prefix, null];
    for (const name of names) yield* list(join(path, name), prefix === '' ? name : `${prefix}/${name}`);
  }
}

/** The failures of something that must fail in an expected way. */
export async function failuresOf(work: () => unknown): Promise<readonly string[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MlopsError) return error.failures.map((each) => `${each.exit}: ${each.message}`);
    throw error;
  }
  return [];
}
