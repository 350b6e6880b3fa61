// Nested workflows: nodes by the folder of their pipeline.yaml, folders inside folders.
import { pathFrom } from '../../core/ids.ts';
import type { Node } from './graph.ts';

export interface Folder {
  /** Relative to the folder around it; '' is the whole repository. */
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly children: readonly Folder[];
}

interface Growing {
  readonly name: string;
  readonly path: string;
  readonly nodes: Node[];
  readonly children: Growing[];
}

/** Only folders that have a pipeline.yaml appear: `a/b` stands in `a` when `a` has one, else on its own. */
export function folderTree(nodes: readonly Node[]): Folder {
  const root: Growing = { name: '', path: '', nodes: [], children: [] };
  const known = new Map<string, Growing>([['', root]]);
  const folders = [...new Set(nodes.map((node) => node.folder))].sort((a, b) => a.length - b.length);
  for (const path of folders) {
    if (path === '') continue;
    const parent = nearest(known, path);
    const name = pathFrom(parent.path, path);
    const folder: Growing = { name, path, nodes: [], children: [] };
    parent.children.push(folder);
    known.set(path, folder);
  }
  for (const node of nodes) known.get(node.folder)!.nodes.push(node);
  return root;
}

function nearest(known: ReadonlyMap<string, Growing>, path: string): Growing {
  for (let outer = path; outer !== ''; ) {
    outer = outer.slice(0, Math.max(0, outer.lastIndexOf('/')));
    const found = known.get(outer);
    if (found) return found;
  }
  throw new Error('BUG: the root folder is always known');
}
