// What `import`, `update` and `get` have in common.
import { join, posix } from 'node:path';
import type { StoredArtifact } from '../core/artifact.ts';
import { failure, MlopsError } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { DataDecl } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { openSource } from '../source/open.ts';
import type { Source, SourceContext, SourceSpec } from '../source/source.ts';
import { formatBytes, plural } from '../util/units.ts';
import type { Io } from './command.ts';

/** `dir`: of the pipeline.yaml that names the source. */
export function sourceContext(
  io: Io,
  project: Project,
  dir: string,
  report: SourceContext['report'],
): SourceContext {
  return {
    base: join(project.repo.top, dir),
    scratch: `${project.state.worktree}/source`,
    stores: [project.workspace.store],
    bucketSettings: (bucket) =>
      Object.values(project.config.remotes).find(({ url }) => /^s3:\/\/([^/]+)/i.exec(url)?.[1] === bucket),
    own: { top: project.repo.top, config: project.config },
    env: io.env,
    signal: io.signal,
    ...(report ? { report } : {}),
  };
}

/** An import follows commits, never what somebody's work tree happens to hold. */
export function importSource(
  source: NonNullable<DataDecl['source']>,
  context: SourceContext,
): Promise<Source> {
  const spec: SourceSpec = source.path === undefined ? source : { ...source, rev: source.rev ?? 'HEAD' };
  return openSource(spec, context);
}

/** The last name of what was asked for. @throws MlopsError `usage` when it has none */
export function nameOf({ url, path }: SourceSpec): string {
  const name = posix.basename(
    (path ?? url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*|[?#].*$/gis, '')).replace(/\/+$/, ''),
  );
  if (name === '' || name === '.' || name === '..')
    throw new MlopsError(
      failure('usage', 'what comes has no name of its own', { help: 'give it one: -o NAME' }),
    );
  return decoded(name);
}

function decoded(name: string): string {
  try {
    const plain = decodeURIComponent(name);
    return plain.includes('/') || plain.includes('\0') ? name : plain;
  } catch {
    return name;
  }
}

export function sizeInWords(artifact: StoredArtifact): string {
  return `${'files' in artifact ? `${plural(artifact.files, 'file')}, ` : ''}${formatBytes(artifact.bytes)}`;
}

/** ` at commit 1a2b3c4` where it comes from one. */
export function versionInWords({ rev }: JsonObject): string {
  return typeof rev === 'string' ? ` at commit ${rev.slice(0, 7)}` : '';
}
