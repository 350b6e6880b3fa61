// What the tests of transfers are written in: stores with a tree in them, and ways to spoil a remote.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TreeArtifact } from '../../src/core/artifact.ts';
import type { Fingerprint } from '../../src/core/fingerprint.ts';
import type { Digest, StageName } from '../../src/core/ids.ts';
import { fingerprintKey } from '../../src/core/key.ts';
import type { Outs } from '../../src/core/lock.ts';
import type { RunEntry } from '../../src/core/run-entry.ts';
import { bytesBody, collect } from '../../src/remote/body.ts';
import { dirRemote } from '../../src/remote/dir.ts';
import { indexOf, packName } from '../../src/remote/layout.ts';
import { withLimit } from '../../src/remote/limit.ts';
import type { Remote } from '../../src/remote/remote.ts';
import { withRetry } from '../../src/remote/retry.ts';
import { PackIndex } from '../../src/store/pack-index.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { buildTree, type Leaf } from '../../src/store/tree-build.ts';
import { byUtf8 } from '../../src/util/compare.ts';
import { digestBytes } from '../../src/util/digest.ts';

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-test-'));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function newStore(): Store {
  return openStore(newFolder());
}

/** Retries at once, so that tests do not sleep. */
export function patient(remote: Remote, signal?: AbortSignal): Remote {
  return withRetry(withLimit(remote, 8), { sleep: async () => {}, ...(signal ? { signal } : {}) });
}

export function folderRemote(folder = newFolder()): Remote {
  return patient(dirRemote(folder, join(folder, 'v1')));
}

/** Puts files and the tree over them into `store`. */
export function storeTree(store: Store, files: { readonly [path: string]: string | Buffer }): TreeArtifact {
  const leaves = Object.entries(files).map(([path, content]): Leaf => {
    const bytes = Buffer.from(content);
    return { kind: 'file', path, exec: false, digest: store.put(bytes), bytes: bytes.length };
  });
  const { artifact, nodes } = buildTree(leaves);
  for (const node of nodes.values()) store.put(node);
  return artifact;
}

/** As `storeTree`, in any order and at once: for many files. */
export async function storeMany(
  store: Store,
  files: { readonly [path: string]: string },
): Promise<TreeArtifact> {
  const batch = store.batch('bytes');
  const leaves = Object.keys(files)
    .sort(byUtf8)
    .map((path): Leaf => {
      const bytes = Buffer.from(files[path]!);
      const digest = digestBytes(bytes);
      batch.put(digest, bytes);
      return { kind: 'file', path, exec: false, digest, bytes: bytes.length };
    });
  const { artifact, nodes } = buildTree(leaves);
  for (const [digest, node] of nodes) batch.put(digest, node);
  await batch.finish();
  return artifact;
}

export function runEntry(outs: Outs, seed: number, started = '2026-11-21T10:00:00.000Z'): RunEntry {
  const fingerprint: Fingerprint = {
    action: { cmd: [`train --seed ${seed}`] },
    outs: Object.keys(outs) as never,
    v: 1,
  };
  return {
    v: 1,
    key: fingerprintKey(fingerprint),
    in: fingerprint,
    outs,
    exit: 0,
    started,
    ms: 1000,
    stage: 'train' as StageName,
    commit: null,
    dirty: false,
    by: { name: null, host: 'here', url: null },
    tool: '0.1.0',
    uses: {},
    log: null,
    sig: null,
  };
}

export type Verb = 'read' | 'write' | 'stat' | 'list' | 'remove';

/** A remote whose calls first go through `before`, which may throw. */
export function spoiled(remote: Remote, before: (verb: Verb, name: string) => void): Remote {
  const first = async <T>(verb: Verb, name: string, then: () => Promise<T>): Promise<T> => {
    before(verb, name);
    return then();
  };
  return {
    url: remote.url,
    read: (name, use, range) => first('read', name, () => remote.read(name, use, range)),
    write: (name, body, only) => first('write', name, () => remote.write(name, body, only)),
    stat: (name) => first('stat', name, () => remote.stat(name)),
    remove: (names) => first('remove', names.join(), () => remote.remove(names)),
    async *list(prefix, after) {
      for await (const entry of remote.list(prefix, after)) {
        before('list', entry.name);
        yield entry;
      }
    },
  };
}

/** An object on a remote: a file of its own, or a part of a pack that an index names. */
export interface HeldAt {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

/** What a remote holds, by what lies there now: packs count when an index names them with the size they have. */
export async function heldBy(remote: Remote): Promise<Map<Digest, HeldAt>> {
  const held = new Map<Digest, HeldAt>();
  const sizes = new Map<string, number>();
  for await (const { name, bytes } of remote.list('')) sizes.set(name, bytes);
  for (const [name, bytes] of sizes) {
    if (name.startsWith('objects/'))
      held.set(name.replace('objects/', '').replace('/', '') as Digest, { name, offset: 0, bytes });
    if (!name.startsWith('index/')) continue;
    const index = new PackIndex((await remote.read(name, collect))!, indexOf(name)!);
    for (const { digest, pack, offset, stored } of index.entries()) {
      const place = packName(index.packs[pack]!.digest);
      if (sizes.get(place) === index.packs[pack]!.bytes)
        held.set(digest, { name: place, offset, bytes: stored });
    }
  }
  return held;
}

export async function namesOn(remote: Remote, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of remote.list(prefix)) names.push(name);
  return names;
}

/** Changes the first byte of an object where it lies on the remote. */
export async function spoilObject(remote: Remote, digest: Digest): Promise<void> {
  const { name, offset } = (await heldBy(remote)).get(digest)!;
  const bytes = Buffer.from((await remote.read(name, collect))!);
  bytes[offset]! ^= 1;
  await remote.write(name, bytesBody(bytes));
}

/** What was asked of a remote: `read packs/1b/1b06….pack 128-4096`. Bytes of bodies are counted as they pass. */
export interface Asked {
  readonly calls: string[];
  bytesUp: number;
  bytesDown: number;
}

export function watched(remote: Remote): Remote & { readonly asked: Asked } {
  const asked: Asked = { calls: [], bytesUp: 0, bytesDown: 0 };
  return {
    ...remote,
    asked,
    read: (name, use, range) => {
      asked.calls.push(`read ${name}${range ? ` ${range.start}-${range.end}` : ''}`);
      return remote.read(
        name,
        (body) => {
          body.on('data', (chunk: Buffer) => {
            asked.bytesDown += chunk.length;
          });
          return use(body);
        },
        range,
      );
    },
    write: (name, body, only) => {
      asked.calls.push(`write ${name}`);
      asked.bytesUp += body.bytes;
      return remote.write(name, body, only);
    },
    stat: (name) => {
      asked.calls.push(`stat ${name}`);
      return remote.stat(name);
    },
    remove: (names) => {
      asked.calls.push(`remove ${names.length}`);
      return remote.remove(names);
    },
    list: (prefix, after) => {
      asked.calls.push(`list ${prefix}`);
      return remote.list(prefix, after);
    },
  };
}

/** Calls by verb and folder: `{'read packs': 2}`. */
export function tally(calls: readonly string[]): { readonly [what: string]: number } {
  const counts: { [what: string]: number } = {};
  for (const call of calls) {
    const what = call.replace(/\/.*/, '').replace(/(read|write|stat|list) (\S+).*/, '$1 $2');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

/** A folder for what transfers remember of remotes. */
export function newState(): string {
  return join(newFolder(), 'remotes');
}
