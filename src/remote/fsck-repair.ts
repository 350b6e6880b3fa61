// Repairs a remote from the store here: good copies are put over bad ones (the same name, the right bytes). What nobody
// here has is moved to quarantine/ on the remote, so that it counts as absent and whoever has it can push it. Then packs
// without an index get one. What the locks still lack there is for a push.
import { MlopsError } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import type { IndexedPack } from '../store/index-head.ts';
import {
  type BuiltPack,
  PackBuilder,
  type PackEntry,
  type PackKind,
  packEntries,
  rangesOf,
  readPackTable,
} from '../store/pack.ts';
import { buildIndex } from '../store/pack-index.ts';
import type { Store } from '../store/store.ts';
import { digestBytes } from '../util/digest.ts';
import { bytesBody, collect, fileBody } from './body.ts';
import type { RemoteCheck, RemoteDamage } from './fsck.ts';
import { type Known, knownToReader } from './known.ts';
import { packName } from './layout.ts';
import type { Remote } from './remote.ts';
import type { TransferContext } from './transfer.ts';

export interface RemoteRepaired {
  /** Names that hold good bytes again. */
  readonly mended: readonly string[];
  /** Names that were moved to quarantine/ there. */
  readonly aside: readonly string[];
  /** Packs that got an index. */
  readonly indexed: number;
}

const PACK_MOST = 2 ** 32;

export async function repairRemote(context: TransferContext, check: RemoteCheck): Promise<RemoteRepaired> {
  const known = await knownToReader(context);
  const repair = new Repair(context, known);
  for (const pack of check.vanished) await repair.pack(pack.digest, pack.kind);
  for (const damage of check.damage) await repair.one(damage);
  return { mended: repair.mended, aside: repair.aside, indexed: await indexOrphans(context) };
}

class Repair {
  readonly mended: string[] = [];
  readonly aside: string[] = [];
  readonly #remote: Remote;
  readonly #store: Store;
  readonly #known: Known;

  constructor({ remote, store }: TransferContext, known: Known) {
    this.#remote = remote;
    this.#store = store;
    this.#known = known;
  }

  async one({ kind, name, digest }: RemoteDamage): Promise<void> {
    if (kind === 'pack') {
      const named = this.#known.packs.named().find((pack) => pack.digest === digest);
      await this.pack(digest!, named?.kind ?? 'bytes');
    } else if (kind === 'object') await this.#object(name, digest!);
    else await this.#setAside(name); // an index is made again from its packs, a run by who has it
  }

  async #object(name: string, digest: Digest): Promise<void> {
    const bytes = this.#store.bytesOf(digest);
    if (bytes === undefined) return this.#setAside(name);
    const body =
      bytes > 2 ** 20
        ? fileBody(this.#store.pathOf(digest), bytes, digest)
        : bytesBody(this.#store.read(digest), digest);
    await this.#remote.write(name, body);
    this.mended.push(name);
  }

  /** A pack is what its objects make in their order: with all of them at hand it is built again, byte for byte. */
  async pack(digest: Digest, kind: PackKind): Promise<void> {
    const name = packName(digest);
    const file = await this.#remote.read(name, (body) => collect(body, PACK_MOST));
    const built = await this.#rebuild(digest, kind, file);
    if (built && built.digest === digest) {
      await this.#remote.write(name, bytesBody(built.file, digest));
      this.#known.packs.addPack(built);
      this.mended.push(name);
      return;
    }
    if (file === undefined) return; // nothing there, so nothing of it counts
    if (built) {
      await this.#remote.write(packName(built.digest), bytesBody(built.file, built.digest));
      this.#known.packs.addPack(built);
      await this.#known.packs.addIndex(buildIndex([built]));
      this.mended.push(packName(built.digest));
    }
    await this.#setAside(name);
  }

  /** Of everything that can be had of it, from the store or from what is good in `file`; undefined when that is nothing. */
  async #rebuild(
    pack: Digest,
    kind: PackKind,
    file: Buffer | undefined,
  ): Promise<(BuiltPack & { readonly file: Buffer }) | undefined> {
    const pieces: Buffer[] = [];
    const builder = new PackBuilder(kind, (bytes) => pieces.push(Buffer.from(bytes)));
    for (const { digest, offset, stored } of await this.#contentsOf(pack, file)) {
      const bytes = goodBytes(this.#store, digest) ?? file?.subarray(offset, offset + stored);
      if (bytes && digestBytes(bytes) === digest) builder.add(digest, bytes);
    }
    if (builder.objects === 0) return undefined;
    return { ...builder.finish(), file: Buffer.concat(pieces) };
  }

  async #contentsOf(pack: Digest, file: Buffer | undefined): Promise<PackEntry[]> {
    const said = await this.#known.packs.contentsOf(pack);
    if (said.length > 0 || !file) return said;
    try {
      return [...packEntries(readPackTable(rangesOf(file), file.length, pack))];
    } catch (error) {
      if (error instanceof MlopsError) return []; // nobody says what it held
      throw error;
    }
  }

  async #setAside(name: string): Promise<void> {
    const bytes = await this.#remote.read(name, (body) => collect(body, PACK_MOST));
    if (bytes === undefined) return;
    await this.#remote.write(`quarantine/${name}`, bytesBody(bytes));
    await this.#remote.remove([name]);
    this.aside.push(name);
  }
}

function goodBytes(store: Store, digest: Digest): Buffer | undefined {
  try {
    return store.has(digest) ? store.read(digest) : undefined;
  } catch (error) {
    if (error instanceof MlopsError) return undefined; // damaged here too
    throw error;
  }
}

/** Seen anew: what was damaged is gone or mended by now. */
async function indexOrphans(context: TransferContext): Promise<number> {
  const { packs } = await knownToReader(context);
  const named = new Set(packs.named().map(({ digest }: IndexedPack) => digest));
  const orphans: BuiltPack[] = [];
  for (const [digest, bytes] of packs.listed()) {
    if (named.has(digest)) continue;
    const table = await tableOf(context.remote, digest, bytes);
    if (table) orphans.push({ digest, bytes, table });
  }
  if (orphans.length > 0) await packs.addIndex(buildIndex(orphans));
  return orphans.length;
}

/** Undefined when its frame is broken: `--read` finds that. */
async function tableOf(remote: Remote, digest: Digest, bytes: number) {
  const file = await remote.read(packName(digest), (body) => collect(body, bytes));
  try {
    return file && readPackTable(rangesOf(file), file.length, digest);
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}
