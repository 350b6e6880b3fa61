// An artifact is what a path held: exactly the record that stands in the lock and in run entries.
import type { Digest } from './ids.ts';

export interface FileArtifact {
  readonly file: Digest;
  readonly bytes: number;
  /** Only in outs: the file is executable. Not part of a key. */
  readonly exec?: true;
}

/** A directory: `tree` is the digest of its root tree node; `bytes` and `files` are sums over everything below. */
export interface TreeArtifact {
  readonly tree: Digest;
  readonly bytes: number;
  readonly files: number;
}

/** What a glob matched: a tree rooted at the Git top level that holds only the matched files. */
export interface GlobArtifact {
  readonly glob: Digest;
  readonly bytes: number;
  readonly files: number;
}

export type Artifact = FileArtifact | TreeArtifact | GlobArtifact;
/** What an out or a data entry can be. */
export type StoredArtifact = FileArtifact | TreeArtifact;

export function artifactDigest(artifact: Artifact): Digest {
  if ('file' in artifact) return artifact.file;
  return 'tree' in artifact ? artifact.tree : artifact.glob;
}

export function sameArtifact(a: Artifact, b: Artifact): boolean {
  return (
    artifactDigest(a) === artifactDigest(b) &&
    'file' in a === 'file' in b &&
    'tree' in a === 'tree' in b &&
    ('exec' in a && a.exec) === ('exec' in b && b.exec)
  );
}

/** The artifact as a dep: a single file's exec bit is not part of a key. */
export function asDep(artifact: StoredArtifact): StoredArtifact {
  return 'file' in artifact ? { bytes: artifact.bytes, file: artifact.file } : artifact;
}
