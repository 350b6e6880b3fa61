// The one walk over everything a stage's result may depend on. What it returns is hashed into the key, stored in lock
// and run entry, and compared to say why.
import { existsSync, readFileSync } from 'node:fs';
import { type Artifact, artifactDigest, asDep, type StoredArtifact } from '../core/artifact.ts';
import { type Failure, failure, MlopsError } from '../core/failure.ts';
import type { ActionRecord, Fingerprint } from '../core/fingerprint.ts';
import { isWithin, overlaps, pathIn, type RepoPath, type StageKey } from '../core/ids.ts';
import type { Json } from '../core/json.ts';
import { fingerprintKey } from '../core/key.ts';
import type { Action, DepDecl, Stage } from '../core/pipeline.ts';
import { withLineFeeds } from '../git/line-ends.ts';
import { selectParams } from '../pipeline/params.ts';
import { snapshotGlob } from '../store/glob.ts';
import type { Snapshot } from '../store/snapshot.ts';
import { artifactAt } from '../store/tree-read.ts';
import { byCodeUnit } from '../util/compare.ts';
import { digestBytes } from '../util/digest.ts';
import { isGlob } from '../util/glob.ts';
import { requireWhole } from './absent-data.ts';
import { importAt } from './advice.ts';
import type { RunContext } from './context.ts';
import { globBase, ownedPaths } from './data.ts';
import { snapshotWhole } from './partial.ts';

export interface Fingerprinted {
  readonly in: Fingerprint;
  readonly key: StageKey;
  /** Deps whose bytes are not in the workspace; their digests came from what recorded them. */
  readonly absent: readonly RepoPath[];
  /** Deps that are directories or globs: their listings are stored, so that every clone can say what was read. */
  readonly listings: readonly Snapshot[];
}

/** @throws MlopsError naming every dep, param and file that is nowhere. */
export async function fingerprintOf(context: RunContext, stage: Stage): Promise<Fingerprinted> {
  const problems: Failure[] = [];
  const absent: RepoPath[] = [];
  const listings: Snapshot[] = [];
  const deps: [string, Artifact][] = [];
  const read = async (decls: readonly DepDecl[]): Promise<void> => {
    for (const dep of decls) {
      try {
        requireWhole(context, stage, dep);
        const found =
          dep.kind === 'glob'
            ? await globArtifact(context, stage, dep.pattern, listings)
            : await pathArtifact(context, stage, dep, absent, listings);
        deps.push([dep.kind === 'glob' ? dep.pattern : dep.path, found]);
      } catch (error) {
        if (!(error instanceof MlopsError)) throw error;
        problems.push(...error.failures.map((each) => (each.where ? each : { ...each, where: dep.where })));
      }
    }
  };
  await read(stage.deps);
  await read(discoveredDeps(context, stage, deps));
  const params = paramsOf(context, stage, problems);
  if (problems.length) throw new MlopsError(problems);
  const record: Fingerprint = {
    v: 1,
    action: actionRecord(context, stage.action),
    ...(stage.shell === undefined ? {} : { shell: stage.shell }),
    ...(stage.wdir === '' ? {} : { wdir: stage.wdir }),
    ...some('deps', sorted(deps)),
    ...some('env', sorted(stage.env.map((name) => [name, context.env[name] ?? null]))),
    ...some('params', params),
    ...(stage.image === undefined ? {} : { image: stage.image }),
    ...(stage.outs.length === 0 ? {} : { outs: stage.outs.map((out) => out.path).sort(byCodeUnit) }),
    ...some('pin', sorted(stage.pin.map((name) => [name, pinned(name)]))),
  };
  return { in: record, key: fingerprintKey(record), absent, listings };
}

function actionRecord(context: RunContext, action: Action): ActionRecord {
  if (action.kind === 'cmd') return { cmd: action.cmd };
  const spec = context.actions.find(action.uses);
  if (!spec) return { uses: action.uses, with: action.options, revision: 1 };
  return {
    uses: action.uses,
    with: spec.plan(action.options, { local: '' }).hashed,
    revision: spec.revision,
  };
}

/**
 * Deps that only the bytes of a declared one tell: a model's external weights. Where all declared deps are those of the
 * last run, so are these: nothing is read again, and in a fresh clone nothing has to be here.
 */
function discoveredDeps(
  context: RunContext,
  stage: Stage,
  declared: readonly (readonly [string, Artifact])[],
): DepDecl[] {
  const spec = stage.action.kind === 'uses' ? context.actions.find(stage.action.uses) : undefined;
  if (!spec?.discover || stage.action.kind !== 'uses') return [];
  const known = new Set(declared.map(([path]) => path));
  const last = context.locks.block(stage)?.in.deps ?? {};
  const same = declared.every(
    ([path, artifact]) => last[path] && artifactDigest(last[path]) === artifactDigest(artifact),
  );
  const cwd = pathIn(context.workspace.top, stage.file.dir);
  const inside = same ? undefined : spec.discover(stage.action.options, cwd);
  const paths = inside
    ? inside.map((path) => pathIn(stage.file.dir, path))
    : Object.keys(last).filter((path) => !isGlob(path));
  return paths
    .filter((path) => !known.has(path))
    .map((path): DepDecl => ({ kind: 'path', path: path as RepoPath, where: stage.action.where }));
}

async function pathArtifact(
  context: RunContext,
  stage: Stage,
  dep: DepDecl & { kind: 'path' },
  absent: RepoPath[],
  listings: Snapshot[],
): Promise<StoredArtifact> {
  if (context.converted().has(dep.path)) return convertedArtifact(context, dep.path);
  const here = await snapshotWhole(context, dep.path);
  if (here?.nodes.size) listings.push(here);
  if (here) return asDep(here.artifact);
  const recorded = recordedArtifact(context, dep.path);
  if (!recorded) throw new MlopsError(missingDep(context, stage, dep));
  absent.push(dep.path);
  return asDep(recorded);
}

/** A tracked file as Git keeps it, whatever line ends the work tree has. */
function convertedArtifact({ workspace }: RunContext, path: RepoPath): StoredArtifact {
  const bytes = withLineFeeds(readFileSync(`${workspace.top}/${path}`));
  return { bytes: bytes.length, file: digestBytes(bytes) };
}

/** What the out or data entry that holds `path` was when it was last recorded. */
function recordedArtifact(context: RunContext, path: RepoPath): StoredArtifact | undefined {
  const owner = context.locks.owner(path);
  if (!owner || owner.path === path) return owner?.artifact;
  return 'tree' in owner.artifact
    ? artifactAt(context.workspace.store, owner.artifact.tree, path.slice(owner.path.length + 1))
    : undefined;
}

async function globArtifact(
  context: RunContext,
  stage: Stage,
  pattern: string,
  listings: Snapshot[],
): Promise<Artifact> {
  const found = await snapshotGlob(context.workspace, pattern, {
    exclude: stage.outs.map((out) => out.path),
    outs: [...ownedPaths(context.pipeline)],
  });
  if (found) {
    listings.push(found);
    return found.artifact;
  }
  // Nothing here matches: in a fresh clone the files may still be on a remote, and the last run knows what they were.
  const last = context.locks.block(stage)?.in.deps?.[pattern];
  if (last && bringsAbsent(context, pattern)) return last;
  throw new MlopsError(
    failure('missing', `nothing matches "${pattern}"`, {
      help: 'globs match files only, and no dotfiles unless written',
    }),
  );
}

function bringsAbsent({ pipeline, workspace }: RunContext, pattern: string): boolean {
  const base = globBase(pattern);
  return [...ownedPaths(pipeline)].some(
    (path) => overlaps(path, base) && !existsSync(`${workspace.top}/${path}`),
  );
}

function missingDep(context: RunContext, stage: Stage, dep: DepDecl & { kind: 'path' }): Failure {
  const producer = [...context.pipeline.stages.values()].find((each) =>
    each.outs.some((out) => isWithin(dep.path, out.path)),
  );
  if (producer)
    return failure('missing', `${stage.name} needs ${dep.path}, which ${producer.name} has not made yet`, {
      where: dep.where,
      help: `mlops repro ${producer.name}`,
    });
  const imported = importAt(context.pipeline, dep.path);
  if (imported)
    return failure('missing', `${stage.name} needs ${dep.path}, which is imported and not here yet`, {
      where: dep.where,
      help: `mlops update ${imported.path}`,
    });
  const data = [...context.pipeline.data.keys()].find((path) => isWithin(dep.path, path));
  if (data)
    return failure('missing', `${stage.name} needs ${dep.path}, which is tracked but was never added here`, {
      where: dep.where,
      help: `put the file there and type: mlops add ${data}`,
    });
  return failure('missing', `${stage.name} needs ${dep.path}, and it does not exist`, {
    where: dep.where,
    help: 'correct the path, or make the file',
  });
}

function paramsOf(
  context: RunContext,
  stage: Stage,
  problems: Failure[],
): { [file: string]: { [key: string]: Json } } {
  const all: { [file: string]: { [key: string]: Json } } = {};
  for (const decl of [...stage.params].sort((a, b) => byCodeUnit(a.file, b.file))) {
    try {
      const params = context.readParams(decl.file);
      if (!params)
        throw new MlopsError(
          failure('missing', `params file ${decl.file} does not exist`, { where: decl.where }),
        );
      all[decl.file] = { ...all[decl.file], ...selectParams(params, decl) };
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      problems.push(...error.failures);
    }
  }
  return all;
}

function pinned(name: string): string {
  if (name === 'platform') return `${process.platform}-${process.arch}`;
  return process.versions[name] ?? 'absent';
}

function some<K extends string, V extends object>(key: K, value: V): { [k in K]?: V } {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as { [k in K]: V });
}

function sorted<V>(entries: readonly (readonly [string, V])[]): { [key: string]: V } {
  return Object.fromEntries([...entries].sort(([a], [b]) => byCodeUnit(a, b)));
}
