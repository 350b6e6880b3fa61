// How many files of the directories that changed differ, with a few of their names.
import type { StoredArtifact } from '../core/artifact.ts';
import type { FolderChange } from '../core/data-change.ts';
import { type NodeReader, walkTree } from '../store/tree-read.ts';
import { type DataChange, whereListed } from './data-diff.ts';

type How = FolderChange['examples'][number]['how'];

/** Names of each kind. */
const EXAMPLES = 3;

/** Directories whose listings are not here are left out. */
export function folderChanges(nodes: NodeReader, changes: readonly DataChange[]): FolderChange[] {
  return changes.flatMap((change) => {
    const { path, was, now } = change;
    if (was && now) return betweenListings(change);
    return [
      ...(was ? wholeFolder(nodes, path, was, 'removed') : []),
      ...(now ? wholeFolder(nodes, path, now, 'added') : []),
    ];
  });
}

const HOW: { readonly [kind: string]: How } = { added: 'added', removed: 'removed', changed: 'modified' };

function betweenListings({ path, files }: DataChange): FolderChange[] {
  if (files === undefined) return [];
  const named = { added: [] as string[], removed: [] as string[], modified: [] as string[] };
  for (const file of files) named[HOW[file.kind]!].push(file.path);
  return [
    {
      path,
      added: named.added.length,
      removed: named.removed.length,
      modified: named.modified.length,
      examples: (['added', 'removed', 'modified'] as const).flatMap((how) =>
        named[how].slice(0, EXAMPLES).map((name) => ({ how, name })),
      ),
    },
  ];
}

/** One that is new or gone. */
function wholeFolder(
  nodes: NodeReader,
  path: string,
  artifact: StoredArtifact,
  how: 'added' | 'removed',
): FolderChange[] {
  if (!('tree' in artifact)) return [];
  const names = whereListed(() => firstFiles(nodes, artifact.tree)) ?? [];
  const none = { path, added: 0, removed: 0, modified: 0 };
  return [{ ...none, [how]: artifact.files, examples: names.map((name) => ({ how, name })) }];
}

function firstFiles(nodes: NodeReader, tree: Parameters<typeof walkTree>[1]): string[] {
  const names: string[] = [];
  for (const entry of walkTree(nodes, tree)) {
    if (entry.kind === 'directory') continue;
    names.push(entry.path);
    if (names.length === EXAMPLES) break;
  }
  return names;
}
