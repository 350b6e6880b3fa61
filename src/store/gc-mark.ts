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
  readonly #doubted: number | undefined;

  /** `doubted`: the reason of what anybody may have named. What is no directory is then bytes, and stops nobody. */
  constructor(store: Pick<Store, 'has' | 'read'>, { doubted }: { readonly doubted?: number } = {}) {
    this.#store = store;
    this.#doubted = doubted;
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
      for (const entry of this.#entriesOf(node, reason)) {
        if (entry.kind === 'file') this.#markBytes(entry.digest, reason);
        else if (entry.kind !== 'link' && this.#enter(entry.digest, reason)) nodes.push(entry.digest);
      }
    }
  }

  #entriesOf(node: Digest, reason: number) {
    const bytes = this.#store.read(node);
    try {
      return decodeNode(bytes, node).entries;
    } catch (error) {
      if (reason === this.#doubted) return [];
      return fail(
        'integrity',
        `${node} is named as a directory and is none`,
        { help: 'mlops fsck says where' },
        error,
      );
    }
  }

  /** Whether only a doubted root leads there. */
  isDoubted(digest: Digest): boolean {
    return this.#doubted !== undefined && (this.table.getHex(digest) & REASON) === this.#doubted;
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
