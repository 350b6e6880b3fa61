// What a glob matches now, as a tree rooted at the Git top level that holds only the matched files.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { GlobArtifact } from '../core/artifact.ts';
import { isWithin, overlaps, pathIn, type RepoPath } from '../core/ids.ts';
import { compileGlob } from '../util/glob.ts';
import type { IgnoreScope } from './ignore.ts';
import { hashSingles, type SingleFile } from './snapshot.ts';
import { filesOf, type Snapshot, type SnapshotLeaf } from './snapshot-types.ts';
import { buildTree } from './tree-build.ts';
import { regular, type Visitor, walkDirectory } from './walk.ts';
import type { Workspace } from './workspace.ts';

export interface GlobOptions {
  /** The stage's own outs: never matched. */
  readonly exclude?: readonly RepoPath[];
  /** Declared outs and data: matched although Git ignores them. */
  readonly outs?: readonly RepoPath[];
}

/**
 * `pattern` is relative to the Git top level; `*`, `?`, `**` and `{a,b}` are special, `[` is not, `\` escapes. Files only; names
 * with a leading dot only where the pattern writes the dot; links are not followed. `undefined` when nothing matches.
 */
export async function snapshotGlob(
  ws: Workspace,
  pattern: string,
  options: GlobOptions = {},
): Promise<Snapshot<GlobArtifact> | undefined> {
  const paths = matchGlob(ws, pattern, options);
  if (paths.length === 0) return undefined;
  const hashed = await hashSingles(ws, paths);
  const leaves = paths.map(
    ({ path }, i): SnapshotLeaf => ({
      kind: 'file',
      path,
      exec: hashed[i]!.stat.exec,
      digest: hashed[i]!.digest,
      bytes: hashed[i]!.stat.bytes,
      stat: hashed[i]!.stat,
    }),
  );
  const { artifact, nodes } = buildTree(leaves);
  return {
    path: pattern as RepoPath,
    artifact: { bytes: artifact.bytes, files: artifact.files, glob: artifact.tree },
    nodes,
    nodeDigests: nodes.keys(),
    leaves,
    paths: leaves.map((leaf) => leaf.path),
    files: filesOf(ws.top, leaves),
  };
}

function matchGlob(ws: Workspace, pattern: string, { exclude = [], outs = [] }: GlobOptions): SingleFile[] {
  const matches = compileGlob(pattern);
  const deepest = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  const start = fixedStart(pattern);
  const wanted = (path: string, directory: boolean): boolean => {
    if (exclude.some((out) => isWithin(path, out))) return false;
    if (!directory) return matches(path);
    return overlaps(path, start) && path.split('/').length < deepest;
  };
  const found: SingleFile[] = [];
  const visitor: Visitor = {
    file: (path) => {
      const absolute = join(ws.top, path);
      const stats = lstatSync(absolute, { bigint: true, throwIfNoEntry: false });
      if (stats) found.push({ path: path as RepoPath, absolute, stat: regular(absolute, stats) });
    },
    link: () => {},
    directory: () => {},
  };
  walkDirectory(ws.top, allowing(ws.ignore(''), '', outs), visitor, wanted);
  return found;
}

/** Folders before the first special character: nothing outside them can match. */
function fixedStart(pattern: string): string {
  const fixed = pattern.slice(0, pattern.search(/[*?{\\]|$/));
  return fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')));
}

/** Git ignores outs because mlops told it to; a glob over them must still see them. */
function allowing(scope: IgnoreScope, dir: string, outs: readonly RepoPath[]): IgnoreScope {
  const at = (name: string): string => pathIn(dir, name);
  return {
    ignores: (name, directory) =>
      scope.ignores(name, directory) &&
      (scope.ignoresOutright(name, directory) || !outs.some((out) => overlaps(at(name), out))),
    ignoresOutright: scope.ignoresOutright.bind(scope),
    enter: (name) => allowing(scope.enter(name), at(name), outs),
  };
}
