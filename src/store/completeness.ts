// What of an artifact cannot be had from the store. Each tree node is looked at once, however many artifacts share it.
import { MlopsError } from '../core/failure.ts';
import { type Digest, pathIn } from '../core/ids.ts';
import { DigestTable } from './digest-table.ts';
import type { Store } from './store.ts';
import { type AnyEntry, decodeNode } from './tree.ts';

export interface Lack {
  /** Of a missing tree node only the node: what hangs below it is not known. */
  readonly digests: readonly Digest[];
  /** Where the first of them lie inside the artifact; '' is the artifact itself. */
  readonly paths: readonly string[];
}

const WHOLE: Lack = { digests: [], paths: [] };
const PATHS_MOST = 10;
/** Deeper nothing has a path; parts of wide directories come on top of that. */
const DEEPEST = 2100;

export class Completeness {
  readonly #store: Store;
  readonly #lost: ReadonlySet<Digest>;
  readonly #whole = new DigestTable();
  readonly #lacking = new Map<Digest, Lack>();

  /** `lost`: what lies there and is damaged. */
  constructor(store: Store, lost: ReadonlySet<Digest> = new Set()) {
    this.#store = store;
    this.#lost = lost;
  }

  of(digest: Digest, tree: boolean): Lack {
    return tree ? this.#ofNode(digest) : this.#ofBytes([digest], () => '');
  }

  #ofNode(node: Digest, depth = 0): Lack {
    if (this.#whole.getHex(node) !== 0) return WHOLE;
    const known = this.#lacking.get(node);
    if (known) return known;
    const lack = this.#lookInto(node, depth);
    if (lack.digests.length === 0) this.#whole.setHex(node, 1);
    else this.#lacking.set(node, lack);
    return lack;
  }

  #lookInto(node: Digest, depth: number): Lack {
    const entries = depth > DEEPEST ? undefined : this.#entries(node);
    if (!entries) return { digests: [node], paths: [''] };
    const names = new Map(
      entries.flatMap((entry) => (entry.kind === 'file' ? [[entry.digest, entry.name]] : [])),
    );
    const lacks = [this.#ofBytes([...names.keys()], (digest) => names.get(digest)!)];
    for (const entry of entries) {
      if (entry.kind !== 'part' && entry.kind !== 'directory') continue;
      const below = this.#ofNode(entry.digest, depth + 1);
      if (below.digests.length === 0) continue;
      const prefix = entry.kind === 'directory' ? entry.name : '';
      lacks.push({ digests: below.digests, paths: below.paths.map((path) => pathIn(prefix, path)) });
    }
    return {
      digests: lacks.flatMap(({ digests }) => digests),
      paths: lacks.flatMap(({ paths }) => paths).slice(0, PATHS_MOST),
    };
  }

  #ofBytes(digests: readonly Digest[], pathOf: (digest: Digest) => string): Lack {
    const lost = digests.filter((digest) => this.#lost.has(digest));
    const missing = [...lost, ...this.#store.missing(digests.filter((digest) => !this.#lost.has(digest)))];
    return missing.length === 0
      ? WHOLE
      : { digests: missing, paths: missing.slice(0, PATHS_MOST).map(pathOf) };
  }

  /** Undefined when the node cannot be had, or is none. */
  #entries(node: Digest): readonly AnyEntry[] | undefined {
    if (this.#lost.has(node) || !this.#store.has(node)) return undefined;
    try {
      return decodeNode(this.#store.read(node), node).entries;
    } catch (error) {
      if (error instanceof MlopsError) return undefined;
      throw error;
    }
  }
}
