// The body of a stage, checked against its shape, → Stage.
import type { ActionCatalog } from '../core/action.ts';
import { type RepoPath, stageNameOf } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { DepDecl, OutDecl, ParamsDecl, Resources, Stage } from '../core/pipeline.ts';
import { checkShape, type Problem, type Shape } from '../core/shape.ts';
import { isGlob } from '../util/glob.ts';
import { parseBytes, parseDuration } from '../util/units.ts';
import { type PlannedAction, placeOf, planAction } from './action.ts';
import { INSIDE, readDeps, readOuts, refuseTwice, toDep, toOut } from './declared.ts';
import { resolveFolder, resolvePath } from './paths.ts';
import { readStagePlots } from './plots.ts';
import { DEFAULT_PARAMS } from './scope.ts';
import type { StageSource } from './stage-source.ts';
import type { Path } from './yaml-places.ts';

/** Reports every problem of the stage. Where its action or folder is unknown there is no stage. */
export function buildStage(written: StageSource, shape: Shape, actions: ActionCatalog): Stage | undefined {
  const source = withoutWrong(written, checkShape(shape, written.body));
  const { body, file, local, base } = source;
  const planned = planAction(source, actions);
  const wdir = readWdir(source);
  if (wdir === undefined) return undefined;
  const drawn = readStagePlots(source, wdir);
  const outs = [...readOuts(source, wdir, 'outs'), ...readOuts(source, wdir, 'metrics'), ...drawn.outs];
  const deps = readDeps(source, wdir);
  const own = planned ? plannedPaths(planned, source) : { deps: [], outs: [] };
  refuseTwice(deps, own.deps, 'reads', source);
  refuseTwice(outs, own.outs, 'writes', source);
  const stage: Omit<Stage, 'action'> = {
    name: stageNameOf(file.dir, local),
    local,
    base,
    file,
    wdir,
    ...text(body, 'shell'),
    deps: [...deps, ...own.deps],
    params: readParamsDecls(source, wdir),
    env: readNames(source, 'env'),
    secrets: readNames(source, 'secrets'),
    outs: [...outs, ...own.outs],
    plots: drawn.plots,
    resources: readResources(source),
    mutex: typeof body['mutex'] === 'string' ? [body['mutex']] : ((body['mutex'] ?? []) as string[]),
    ...readTimeout(source),
    retries: (body['retries'] ?? 0) as number,
    ...text(body, 'image'),
    pin: (body['pin'] ?? []) as string[],
    frozen: body['frozen'] === true,
    always: body['always'] === true,
    ...text(body, 'desc'),
    ...(isJsonObject(body['meta']) ? { meta: body['meta'] } : {}),
    where: source.whereName,
  };
  return 'action' in own ? { ...stage, action: own.action } : undefined;
}

function text<Key extends string>(body: JsonObject, key: Key): { [key in Key]?: string } {
  const value = body[key];
  return (typeof value === 'string' ? { [key]: value } : {}) as { [key in Key]?: string };
}

/** Reports what has the wrong shape and takes it out, so that the rest can be read. */
function withoutWrong(source: StageSource, wrong: readonly Problem[]): StageSource {
  const { problems, where, whereKey, base } = source;
  for (const { path, key, message, help } of wrong) {
    const place = key ? whereKey(path) : where(path);
    problems.add(path.length === 0 ? `stage "${base}": ${message}` : message, place, help);
  }
  if (wrong.length === 0) return source;
  const taken = new Set(wrong.map(({ path }) => path[0]));
  const rest = Object.entries(source.body).filter(([key]) => !taken.has(key));
  return { ...source, body: Object.fromEntries(rest) };
}

function readWdir({ body, file, problems, where }: StageSource): RepoPath | '' | undefined {
  if (body['wdir'] === undefined) return file.dir;
  const written = body['wdir'] as string;
  const folder = resolveFolder(file.dir, written);
  if ('path' in folder) return folder.path;
  problems.add(`path "${written}" ${folder.problem}`, where(['wdir']), INSIDE);
  return undefined;
}

/** What the action itself reads and writes; a module is a dep, and its path in the action is that from the top level. */
function plannedPaths(
  { action, plan, module }: PlannedAction,
  source: StageSource,
): { readonly action: Stage['action']; readonly deps: DepDecl[]; readonly outs: OutDecl[] } {
  const base = source.file.dir;
  if (module !== undefined) {
    const deps = toDep(module, false, base, source, ['uses']);
    const [dep] = deps;
    const uses = dep?.kind === 'path' ? `./${dep.path}` : module;
    return { action: { ...action, uses } as Stage['action'], deps, outs: [] };
  }
  if (!plan || action.kind !== 'uses') return { action, deps: [], outs: [] };
  const { options, uses } = action;
  const top = source.body[uses] === undefined ? 'with' : uses;
  const placed = (path: string): Path => [top, ...(placeOf(options, path) ?? [])];
  const reads = [...new Set(plan.reads)];
  return {
    action,
    deps: reads.flatMap((path) => toDep(path, isGlob(path), base, source, placed(path))),
    outs: plan.writes.flatMap(({ path, git, metric }) =>
      toOut(path, { git }, metric, base, source, placed(path)),
    ),
  };
}

function readParamsDecls(source: StageSource, base: RepoPath | ''): ParamsDecl[] {
  const entries = (source.body['params'] ?? []) as readonly Json[];
  return entries.flatMap((entry, index): ParamsDecl[] => {
    const place: Path = ['params', index];
    if (!isJsonObject(entry)) return toParams(DEFAULT_PARAMS, [entry as string], base, source, place);
    return Object.entries(entry).flatMap(([file, keys]) =>
      toParams(file, (keys ?? []) as string[], base, source, [...place, file]),
    );
  });
}

function toParams(
  written: string,
  keys: readonly string[],
  base: RepoPath | '',
  { problems, where, whereKey }: StageSource,
  place: Path,
): ParamsDecl[] {
  const found = resolvePath(base, written);
  const at = place.length > 2 ? whereKey(place) : where(place);
  if ('path' in found) return [{ file: found.path, keys, where: at }];
  problems.add(`path "${written}" ${found.problem}`, at, INSIDE);
  return [];
}

/** Values of these are almost never meant to be recorded. */
const SECRET = /KEY|TOKEN|SECRET|PASS|CRED/i;

function readNames({ body, problems, where }: StageSource, key: 'env' | 'secrets'): string[] {
  const names = (body[key] ?? []) as string[];
  for (const [index, name] of names.entries()) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      problems.add(`"${name}" is no name of an environment variable`, where([key, index]));
    } else if (key === 'env' && SECRET.test(name)) {
      const help = 'values under env: are recorded in pipeline.lock; put it under secrets:';
      problems.add(`${name} looks like a secret`, where([key, index]), help);
    }
  }
  return [...new Set(names)];
}

function readResources({ body, problems, where }: StageSource): Resources {
  const { memory, ...rest } = (body['resources'] ?? {}) as { readonly [name: string]: string | number };
  const bytes = memory === undefined ? undefined : parseBytes(memory);
  if (memory !== undefined && bytes === undefined) {
    problems.add(`"${memory}" is not a size`, where(['resources', 'memory']), 'write it like 4GiB or 500 MB');
  }
  return { ...rest, ...(bytes === undefined ? {} : { memory: bytes }) };
}

function readTimeout({ body, problems, where }: StageSource): { timeoutMs?: number } {
  if (body['timeout'] === undefined) return {};
  const timeoutMs = parseDuration(body['timeout'] as string | number);
  if (timeoutMs !== undefined && timeoutMs > 0) return { timeoutMs };
  problems.add(
    `"${body['timeout']}" is not a duration`,
    where(['timeout']),
    'write it like 2h, 90s or 1h30m',
  );
  return {};
}
