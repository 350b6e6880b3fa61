// What gc keeps: everything that roots name, trees with all that they hold, each digest with the first reason to keep it.
import { fail } from '../core/failure.ts';
import type { Digest } from '../core/ids.ts';
import { DigestTable } from './digest-table.ts';
import type { Store } from './store.ts';
import { decodeNode } from './tree.ts';

export interface Root {
  readonly digest: Digest;
  readonly tree: boolean;
}

/** In the table's numbers: the reason, whether the tree was walked, and where gc-plan.ts found the object. */
export const REASON = 0b1111;
const WALKED = 0b10000;
export const HOME_SHIFT = 5;

export class Marks {
  readonly table = new DigestTable();
  /** Trees that are named and not here: what only they hold is not known. */
  readonly absentTrees: Digest[] = [];
  readonly #store: Pick<Store, 'has' | 'read'>;

  constructor(store: Pick<Store, 'has' | 'read'>) {
    this.#store = store;
  }

  /**
   * `reason` is between 1 and 15; what is marked already keeps its own.
   * @throws MlopsError `integrity` when a node is damaged: what hangs below it must not be taken for unneeded
   */
  mark(root: Root, reason: number): void {
    if (!root.tree) this.#markBytes(root.digest, reason);
    else if (this.#enter(root.digest, reason)) this.#walk(root.digest, reason);
  }

  /** Walks trees that were absent and are here by now. */
  resume(): void {
    for (const node of this.absentTrees.splice(0)) this.#walk(node, this.table.getHex(node) & REASON);
  }

  has(digest: Digest): boolean {
    return this.table.getHex(digest) !== 0;
  }

  #walk(root: Digest, reason: number): void {
    const nodes = [root];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      if (!this.#store.has(node)) {
        this.absentTrees.push(node);
        continue;
      }
      for (const entry of entriesOf(this.#store, node)) {
        if (entry.kind === 'file') this.#markBytes(entry.digest, reason);
        else if (entry.kind !== 'link' && this.#enter(entry.digest, reason)) nodes.push(entry.digest);
      }
    }
  }

  #markBytes(digest: Digest, reason: number): void {
    if (this.table.getHex(digest) === 0) this.table.setHex(digest, reason);
  }

  /** Whether the node is still to be walked. It may be marked as somebody's bytes: a file can hold a tree node. */
  #enter(digest: Digest, reason: number): boolean {
    const known = this.table.getHex(digest);
    if (known & WALKED) return false;
    this.table.setHex(digest, (known || reason) | WALKED);
    return true;
  }
}

function entriesOf(store: Pick<Store, 'read'>, node: Digest) {
  const bytes = store.read(node);
  try {
    return decodeNode(bytes, node).entries;
  } catch (error) {
    return fail(
      'integrity',
      `${node} is named as a directory and is none`,
      { help: 'mlops fsck says where' },
      error,
    );
  }
}
