// What is never written, whoever asks: every path from a lock, tree or remote is hostile until it has passed here.
import { fail } from '../core/failure.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import { collision, windowsRefuses } from './names.ts';
import type { Workspace } from './workspace.ts';

/** Git's own files, our configuration and what a forge runs are never somebody's data. */
export function refuseProtected(path: RepoPath): void {
  const name = path.split('/').find((part) => /^\.(git.*|mlops)$/i.test(part));
  if (name)
    fail('refused', `"${path}" is never checked out: ${name} belongs to Git, a forge or mlops`, {
      help: 'choose another path for it in pipeline.yaml',
    });
}

/** A link may lead only to something inside its artifact; anything else would let a tree read or write outside. */
export function refuseLink(tree: Digest, path: string, target: string): void {
  const steps = [...path.split('/').slice(0, -1)];
  const bad = target.startsWith('/') || target.includes('\\') || /^[A-Za-z]:/.test(target);
  const leaves = target.split('/').some((step) => {
    if (step === '..') return steps.pop() === undefined;
    if (step !== '' && step !== '.') steps.push(step);
    return false;
  });
  if (bad || leaves)
    fail('integrity', `tree ${tree} holds a symlink that leads out of it: "${path}" → "${target}"`, {
      help: 'it is not written; replace the link where the tree was made, and add it again',
    });
}

export function refuseNames(ws: Workspace, path: RepoPath, wanted: ReadonlyMap<string, unknown>): void {
  const same = ws.foldsNames ? collision(() => wanted.keys()) : undefined;
  if (same)
    fail('refused', `"${path}" holds both "${same[0]}" and "${same[1]}", one name on this file system`, {
      help: 'rename one of them on a machine that tells them apart, and add it again',
    });
  const refused = process.platform === 'win32' ? [...wanted.keys()].find(windowsRefuses) : undefined;
  if (refused)
    fail('refused', `"${path}" holds "${refused}", a name that Windows cannot hold`, {
      help: 'rename it on another system, and add it again',
    });
}
