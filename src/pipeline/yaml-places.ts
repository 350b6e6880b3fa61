import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Span } from './where.ts';

/** Leads from the document's root to a value. */
export type Path = readonly (string | number)[];

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** Finds values again by their path. Each map is indexed the first time someone looks into it. */
export class Places {
  readonly #document: Document;
  readonly #indexes = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(document: Document) {
    this.#document = document;
  }

  value(path: Path): Span {
    const { node, pair } = this.#find(path);
    const shown = (isMap(node) || isSeq(node)) && pair ? pair.key : node;
    return spanOf(shown) ?? spanOf(pair?.key) ?? [0, 0];
  }

  key(path: Path): Span {
    const { node, pair } = this.#find(path);
    return spanOf(pair?.key) ?? spanOf(node) ?? [0, 0];
  }

  /** The node at `path`, or the last one on the way: a path may lead into what an interpolation brought. */
  #find(path: Path): { readonly node: unknown; readonly pair: Pair | undefined } {
    let node: unknown = this.#document.contents;
    let pair: Pair | undefined;
    for (const step of path) {
      const inside = isAlias(node) ? node.resolve(this.#document) : node;
      const next = isMap(inside)
        ? this.#index(inside).get(String(step))
        : isSeq(inside)
          ? inside.items[Number(step)]
          : undefined;
      if (next === undefined) break;
      pair = isMap(inside) ? (next as Pair) : undefined;
      node = isMap(inside) ? (next as Pair).value : next;
    }
    return { node, pair };
  }

  #index(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#indexes.get(map);
    if (known) return known;
    const index = new Map<string, Pair>();
    this.#indexes.set(map, index);
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) for (const [key, each] of this.#merged(pair.value)) index.set(key, each);
    }
    for (const pair of map.items) {
      if (isScalar(pair.key) && !isMergeKey(pair.key)) {
        index.set(typeof pair.key.value === 'string' ? pair.key.value : pair.key.source!, pair);
      }
    }
    return index;
  }

  #merged(node: unknown): (readonly [string, Pair])[] {
    const inside = isAlias(node) ? node.resolve(this.#document) : node;
    if (isSeq(inside)) return [...inside.items].reverse().flatMap((each) => this.#merged(each));
    return isMap(inside) ? [...this.#index(inside)] : [];
  }
}

function spanOf(node: unknown): Span | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? [range[0], range[1]] : undefined;
}
