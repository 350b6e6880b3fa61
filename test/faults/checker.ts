// Looks at a store or a remote from outside and says everything that is wrong with it. It knows the formats by
// formats.ts alone: what the program believes of its own store is not asked.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonical,
  cutSizes,
  readIndex,
  readNode,
  readPack,
  sha256,
  type TreeItem,
  type TreeNode,
} from './formats.ts';

/** Files by name, wherever they lie. */
export type Files = ReadonlyMap<string, () => Buffer>;

export function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1));
  return new Map(names.sort().map((name) => [name, () => readFileSync(join(folder, name))]));
}

export interface Holding {
  /** Digest → bytes, of every object that a reader finds: loose ones, and those in packs. */
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly runs: readonly RunEntry[];
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
  /** Names under tmp/, quarantine/ and trash/, and hidden ones. */
  readonly aside: readonly string[];
}

interface RunEntry {
  readonly name: string;
  readonly outs: { readonly [path: string]: Artifact };
}

export type Artifact =
  | { readonly file: string; readonly bytes: number }
  | { readonly tree: string; readonly bytes: number; readonly files: number };

/** A store reads packs that no index names (their index is made again); on a remote nobody sees those. */
export type Unindexed = 'read' | 'unseen';

/** Proves every byte by its name. */
export function inspect(files: Files, unindexed: Unindexed): Holding {
  const objects = new Map<string, Buffer>();
  const packs = new Map<
    string,
    { readonly bytes: number; readonly objects: Map<string, { at: number; bytes: Buffer }> }
  >();
  const indexes: [string, Buffer][] = [];
  const runs: RunEntry[] = [];
  const problems: string[] = [];
  const aside: string[] = [];
  const look = (name: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  };
  for (const [name, read] of files) {
    const kind = name.slice(0, name.indexOf('/'));
    if (/(^|\/)\./.test(name) || ['tmp', 'quarantine', 'trash'].includes(kind)) {
      if (name !== '.clock') aside.push(name);
    } else if (kind === 'objects')
      look(name, () => {
        const digest = digestIn(name, /^objects\/(..)\/([0-9a-f]{62})$/);
        objects.set(digest, named(read(), digest));
      });
    else if (kind === 'packs')
      look(name, () => {
        const digest = digestIn(name, /^packs\/(?:..)\/([0-9a-f]{64})\.pack$/);
        const bytes = named(read(), digest);
        const pack = readPack(bytes);
        if (pack.kind === 'trees') for (const each of pack.objects) readNode(each.bytes);
        const inside = pack.objects.map(
          (each) => [each.digest, { at: each.offset, bytes: each.bytes }] as const,
        );
        packs.set(digest, { bytes: bytes.length, objects: new Map(inside) });
      });
    else if (kind === 'index')
      look(name, () => indexes.push([name, named(read(), digestIn(name, /^index\/([0-9a-f]{64})\.idx$/))]));
    else if (kind === 'runs') look(name, () => runs.push(readRun(name, read())));
    else if (!['attempts', 'verified', 'logs', 'repos', 'gc'].includes(kind) && name !== 'format.json')
      problems.push(`${name}: nobody knows what this is`);
  }
  const indexed = new Set<string>();
  for (const [name, bytes] of indexes)
    look(name, () => {
      const index = readIndex(bytes);
      for (const pack of index.packs)
        if (packs.get(pack.digest)?.bytes === pack.bytes) indexed.add(pack.digest);
      for (const entry of index.entries) {
        if (!indexed.has(entry.pack)) continue; // names a pack that is gone: it counts for nothing
        const there = packs.get(entry.pack)!.objects.get(entry.digest);
        if (there?.at !== entry.offset || there.bytes.length !== entry.stored)
          problems.push(`${name}: ${entry.digest} is not where it says`);
        else objects.set(entry.digest, there.bytes);
      }
    });
  if (unindexed === 'read')
    for (const pack of packs.values())
      for (const [digest, { bytes }] of pack.objects) objects.set(digest, bytes);
  return { objects, runs, problems, aside };
}

/** What of an artifact is not there or does not add up: a line each, nothing when it is whole. */
export function lacks(holding: Pick<Holding, 'objects'>, artifact: Artifact, path: string): string[] {
  if ('file' in artifact) return lacksBytes(holding, artifact.file, artifact.bytes, path);
  const { lines, bytes, files } = lacksTree(holding, artifact.tree, path);
  if (lines.length === 0 && (bytes !== artifact.bytes || files !== artifact.files))
    return [
      `${path}: adds up to ${bytes} bytes in ${files} files, not ${artifact.bytes} in ${artifact.files}`,
    ];
  return lines;
}

function lacksBytes(
  { objects }: Pick<Holding, 'objects'>,
  digest: string,
  bytes: number,
  path: string,
): string[] {
  const here = objects.get(digest);
  if (!here) return [`${path}: ${digest} is missing`];
  return here.length === bytes ? [] : [`${path}: ${digest} has ${here.length} bytes, not ${bytes}`];
}

interface Sum {
  readonly lines: string[];
  readonly bytes: number;
  readonly files: number;
}

function lacksTree(holding: Pick<Holding, 'objects'>, digest: string, path: string): Sum {
  let items: readonly TreeItem[];
  try {
    items = directoryItems(holding, digest, path);
  } catch (error) {
    return { lines: [(error as Error).message], bytes: 0, files: 0 };
  }
  const lines: string[] = [];
  let [bytes, files] = [0, 0];
  for (const item of items) {
    const below = `${path}/${item.name}`;
    bytes += item.bytes;
    files += item.files;
    if (item.kind === 'directory') {
      const sum = lacksTree(holding, item.digest!, below);
      lines.push(...sum.lines);
      if (sum.lines.length === 0 && (sum.bytes !== item.bytes || sum.files !== item.files))
        lines.push(`${below}: does not add up to what its parent says`);
    } else if (item.kind !== 'link') lines.push(...lacksBytes(holding, item.digest!, item.bytes, below));
  }
  return { lines, bytes, files };
}

/** The entries of one directory, its parts put together again and their cut checked. */
function directoryItems(
  { objects }: Pick<Holding, 'objects'>,
  digest: string,
  path: string,
): readonly TreeItem[] {
  const nodeAt = (name: string): TreeNode => {
    const bytes = objects.get(name);
    if (!bytes) throw new Error(`${path}: node ${name} is missing`);
    try {
      return readNode(bytes);
    } catch (error) {
      throw new Error(`${path}: node ${name}: ${(error as Error).message}`);
    }
  };
  let { level, items } = nodeAt(digest);
  while (level > 0) {
    level--;
    const parts = items.map((part) => ({ part, node: nodeAt(part.digest!) }));
    for (const { part, node } of parts) {
      const bytes = node.items.reduce((sum, each) => sum + each.bytes, 0);
      const files = node.items.reduce((sum, each) => sum + each.files, 0);
      const last = node.items.at(-1)?.name;
      if (node.level !== level || last !== part.name || bytes !== part.bytes || files !== part.files)
        throw new Error(`${path}: part ${part.digest} is not what its parent names`);
    }
    items = parts.flatMap(({ node }) => node.items);
    const right = cutSizes(
      items.map((each) => each.name),
      level,
    );
    if (right.join() !== parts.map(({ node }) => node.items.length).join())
      throw new Error(`${path}: is cut in the wrong places`);
  }
  return items;
}

/** Every object of an artifact that is there, the nodes too. */
export function digestsOf(holding: Pick<Holding, 'objects'>, artifact: Artifact): Set<string> {
  const found = new Set(['file' in artifact ? artifact.file : artifact.tree]);
  if ('tree' in artifact)
    for (const digest of found) {
      const bytes = holding.objects.get(digest);
      if (bytes?.subarray(0, 8).toString() !== 'MLTREE1\n') continue;
      for (const item of readNode(bytes).items) if (item.digest !== undefined) found.add(item.digest);
    }
  return found;
}

/** Trees whose nodes or bytes are not all there: none may be where bytes are written before what names them. */
export function danglingTrees(holding: Pick<Holding, 'objects'>): string[] {
  const lines: string[] = [];
  for (const [digest, bytes] of holding.objects) {
    if (!bytes.subarray(0, 8).equals(Buffer.from('MLTREE1\n'))) continue;
    for (const item of readNode(bytes).items)
      if (item.digest !== undefined && !holding.objects.has(item.digest))
        lines.push(`node ${digest} names ${item.digest} (${item.name}), which is not there`);
  }
  return lines;
}

/** Run entries whose outs are not all there. */
export function danglingRuns(holding: Holding): string[] {
  return holding.runs.flatMap((run) =>
    Object.entries(run.outs).flatMap(([path, artifact]) => lacks(holding, artifact, `${run.name} ${path}`)),
  );
}

/** Everything that a pipeline.lock names: path → artifact. A glob's listing counts; its bytes may live in Git. */
export function lockedArtifacts(text: string): Map<string, Artifact> {
  const lock = JSON.parse(text) as {
    data?: { [path: string]: Artifact };
    stages?: { [name: string]: { in: object; key: string; outs: { [path: string]: Artifact } } };
  };
  const locked = new Map(Object.entries(lock.data ?? {}));
  for (const [name, block] of Object.entries(lock.stages ?? {})) {
    if (sha256(canonical(block.in)) !== block.key)
      throw new Error(`the lock's block of ${name} has another key`);
    for (const [path, artifact] of Object.entries(block.outs)) locked.set(path, artifact);
  }
  return locked;
}

function readRun(name: string, bytes: Buffer): RunEntry {
  const [, key, result] =
    /^runs\/[\w.-]+\/[0-9a-f]{2}\/([0-9a-f]{64})\/([0-9a-f]{16})\.json$/.exec(name) ?? [];
  const text = bytes.toString();
  const entry = JSON.parse(text);
  if (text !== `${canonical(entry)}\n`) throw new Error('is not canonical JSON');
  if (sha256(canonical(entry.in)) !== key) throw new Error('answers for another key');
  if (sha256(canonical(entry.outs)).slice(0, 16) !== result)
    throw new Error('has other outs than its name says');
  return { name, outs: entry.outs };
}

function digestIn(name: string, pattern: RegExp): string {
  const found = pattern.exec(name);
  if (!found) throw new Error('has a name of no known form');
  return found.slice(1).join('');
}

function named(bytes: Buffer, digest: string): Buffer {
  if (sha256(bytes) !== digest) throw new Error('has other bytes than its name says');
  return bytes;
}
