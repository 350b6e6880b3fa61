// From artifacts to the objects they are made of. Tree nodes are read level by level, because only a node says what
// lies below it; the caller brings those that are not in the store.
import { type Artifact, artifactDigest } from '../core/artifact.ts';
import { type Digest, isWithin, pathFrom, pathIn } from '../core/ids.ts';
import type { Store } from '../store/store.ts';
import { type AnyEntry, decodeNode } from '../store/tree.ts';
import { byUtf8 } from '../util/compare.ts';

/** An artifact to send or bring. */
export interface Wanted {
  /** What messages call it. */
  readonly path: string;
  readonly artifact: Artifact;
  /** Only these paths inside its tree, relative to it; absent = all of it. */
  readonly only?: readonly string[];
  /** Its tree nodes without the files they name, whose bytes live elsewhere (most often in Git). */
  readonly listing?: true;
}

/** One object and one of the paths that need it. */
export interface ObjectRef {
  readonly digest: Digest;
  readonly path: string;
  /** Size, where what names it says so. */
  readonly bytes?: number;
}

/** An object whose size is known. */
export type SizedRef = ObjectRef & { readonly bytes: number };

export interface Objects {
  readonly files: readonly ObjectRef[];
  /** Parents before their children. */
  readonly nodes: readonly ObjectRef[];
}

/** A node to read, with where in the artifact it lies. */
interface Visit extends ObjectRef {
  /** Path inside the artifact, '' at its root. */
  readonly inside: string;
  readonly only: readonly string[] | undefined;
  readonly listing: boolean;
}

/**
 * `bring` is called with the nodes of one level that are not in the store, and puts there those it can get. What lies
 * below the others is not known, so it is not among the result.
 */
export async function objectsOf(
  store: Store,
  wanted: Iterable<Wanted>,
  bring: (nodes: readonly ObjectRef[]) => Promise<void>,
): Promise<Objects> {
  const files = new Map<Digest, ObjectRef>();
  const nodes = new Map<Digest, ObjectRef>();
  const seen = new Set<string>();
  let level: Visit[] = [];
  for (const { path, artifact, only, listing = false } of wanted) {
    const digest = artifactDigest(artifact);
    if ('file' in artifact) files.set(digest, { digest, path, bytes: artifact.bytes });
    else level.push({ digest, path, inside: '', only, listing });
  }
  while (level.length > 0) {
    const visits = level.filter((visit) => isFirst(seen, visit));
    const absent = new Set(store.missing(visits.map((visit) => visit.digest)));
    if (absent.size > 0) await bring(visits.filter(({ digest }) => absent.has(digest)));
    const still = new Set(store.missing(absent));
    level = [];
    for (const visit of visits) {
      const { digest, path } = visit;
      if (still.has(digest)) continue;
      nodes.set(digest, { digest, path });
      for (const entry of selected(decodeNode(store.read(digest), digest).entries, visit)) {
        if (entry.kind === 'file') {
          if (!visit.listing)
            files.set(entry.digest, {
              digest: entry.digest,
              path: pathIn(path, entry.name),
              bytes: entry.bytes,
            });
        } else if (entry.kind !== 'link') level.push(below(visit, entry));
      }
    }
  }
  return { files: [...files.values()], nodes: [...nodes.values()] };
}

/** The same node may be reached by several paths; where only some of it is wanted, each path counts for itself. */
function isFirst(seen: Set<string>, { digest, inside, only, listing }: Visit): boolean {
  const id = listing
    ? `${digest} listing`
    : only === undefined
      ? digest
      : `${digest} ${inside} ${only.join('\0')}`;
  return !seen.has(id) && Boolean(seen.add(id));
}

function below(parent: Visit, entry: AnyEntry & { readonly digest: Digest }): Visit {
  if (entry.kind === 'part') return { ...parent, digest: entry.digest };
  return {
    digest: entry.digest,
    path: pathIn(parent.path, entry.name),
    inside: pathIn(parent.inside, entry.name),
    only: parent.only,
    listing: parent.listing,
  };
}

/** Entries that hold something wanted. A part holds the names after the part before it, up to its own name. */
function selected(entries: readonly AnyEntry[], { inside, only }: Visit): readonly AnyEntry[] {
  if (only === undefined || only.some((path) => isWithin(inside, path))) return entries;
  if (entries[0]?.kind === 'part') {
    const names = only.filter((path) => isWithin(path, inside)).map((path) => nextName(path, inside));
    return entries.filter((_, i) => names.some((name) => partOf(entries, name) === i));
  }
  return entries.filter((entry) => {
    const path = pathIn(inside, entry.name);
    return only.some((each) => isWithin(path, each) || isWithin(each, path));
  });
}

function nextName(path: string, inside: string): string {
  return pathFrom(inside, path).split('/')[0]!;
}

function partOf(parts: readonly AnyEntry[], name: string): number {
  return parts.findIndex((part) => byUtf8(part.name, name) >= 0);
}
