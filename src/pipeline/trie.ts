// Who owns which path. Looking up a path, what lies around it and what a glob can reach takes time by its depth, not
// by the number of stages.
import { compileGlob, globParts, isGlob, unescapeGlob } from '../util/glob.ts';

class Node<T> {
  owner: T | undefined;
  readonly children = new Map<string, Node<T>>();
}

export class PathTrie<T> {
  readonly #root = new Node<T>();
  readonly #globs = new Map<string, readonly T[]>();

  /** Adds `path` unless it lies in, is, or contains an owned path; answers the owner in the way. */
  claim(path: string, owner: T): T | undefined {
    const parts = path.split('/');
    const taken = this.#above(parts) ?? this.below(path).next().value;
    if (taken !== undefined) return taken;
    let node = this.#root;
    for (const part of parts) {
      let child = node.children.get(part);
      if (!child) {
        child = new Node<T>();
        node.children.set(part, child);
      }
      node = child;
    }
    node.owner = owner;
    this.#globs.clear();
    return undefined;
  }

  /** The owner of `path` or of a folder above it. */
  above(path: string): T | undefined {
    return this.#above(path.split('/'));
  }

  #above(parts: readonly string[]): T | undefined {
    let node: Node<T> | undefined = this.#root;
    for (const part of parts) {
      node = node.children.get(part);
      if (!node) return undefined;
      if (node.owner !== undefined) return node.owner;
    }
    return undefined;
  }

  /** Every owner of `path` or of something below it. */
  *below(path: string): Generator<T, undefined> {
    let node: Node<T> | undefined = this.#root;
    for (const part of path === '' ? [] : path.split('/')) node = node?.children.get(part);
    if (node) yield* everyOwner(node);
  }

  /** Every owner of a path that `pattern` matches, or below which it could match something. */
  matching(pattern: string): readonly T[] {
    const known = this.#globs.get(pattern);
    if (known) return known;
    const found = new Set<T>();
    collect(this.#root, globParts(pattern).map(compilePart), 0, found);
    const list = [...found];
    this.#globs.set(pattern, list);
    return list;
  }
}

type Part = { readonly name: string } | { readonly matches: (name: string) => boolean } | 'any depth';

/** A part that spans several levels (`**`, or braces around a slash) may match at any depth: an edge too many is harmless. */
function compilePart(part: string): Part {
  if (part.includes('**') || part.includes('/')) return 'any depth';
  return isGlob(part) ? { matches: compileGlob(part) } : { name: unescapeGlob(part) };
}

function collect<T>(node: Node<T>, parts: readonly Part[], at: number, found: Set<T>): void {
  const part = parts[at];
  if (node.owner !== undefined) found.add(node.owner); // it matches, or it may hold what matches
  if (part === undefined) return;
  if (part === 'any depth') for (const owner of everyOwner(node)) found.add(owner);
  else if ('name' in part) {
    const child = node.children.get(part.name);
    if (child) collect(child, parts, at + 1, found);
  } else {
    for (const [name, child] of node.children) if (part.matches(name)) collect(child, parts, at + 1, found);
  }
}

function* everyOwner<T>(node: Node<T>): Generator<T, undefined> {
  if (node.owner !== undefined) yield node.owner;
  for (const child of node.children.values()) yield* everyOwner(child);
}
