// The paths that a stage declares, as they are written → paths from the top level.
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import type { DepDecl, OutDecl } from '../core/pipeline.ts';
import { isGlobDep } from './fill.ts';
import { resolveGlob, resolvePath } from './paths.ts';
import type { StageSource } from './stage-source.ts';
import type { Path } from './yaml-places.ts';

export const INSIDE =
  'paths are relative to the folder of pipeline.yaml (or to wdir) and stay inside the repository';

export function readDeps(source: StageSource, base: RepoPath | ''): DepDecl[] {
  const { body, raw } = source;
  const written = raw['deps'];
  return ((body['deps'] ?? []) as string[]).flatMap((dep, index) => {
    const original = Array.isArray(written) ? (written[index] as string) : '';
    return toDep(dep, isGlobDep(original), base, source, ['deps', index]);
  });
}

export function toDep(
  written: string,
  glob: boolean,
  base: RepoPath | '',
  { problems, where }: StageSource,
  place: Path,
): DepDecl[] {
  const found = glob ? resolveGlob(base, written) : resolvePath(base, written);
  const at = where(place);
  if ('problem' in found) {
    problems.add(`path "${written}" ${found.problem}`, at, INSIDE);
    return [];
  }
  return [
    glob
      ? { kind: 'glob', pattern: found.path, where: at }
      : { kind: 'path', path: found.path as RepoPath, where: at },
  ];
}

export interface OutOptions {
  readonly git?: boolean;
  readonly cache?: boolean;
  readonly persist?: boolean;
  readonly push?: boolean;
  readonly remote?: string;
  readonly type?: string;
  readonly desc?: string;
}

export function readOuts(source: StageSource, base: RepoPath | '', key: 'outs' | 'metrics'): OutDecl[] {
  const metric = key === 'metrics';
  const entries = (source.body[key] ?? []) as readonly Json[];
  return entries.flatMap((entry, index): OutDecl[] => {
    if (!isJsonObject(entry)) return toOut(entry as string, {}, metric, base, source, [key, index]);
    return Object.entries(entry).flatMap(([path, options]) =>
      toOut(path, (options ?? {}) as OutOptions, metric, base, source, [key, index, path]),
    );
  });
}

export function toOut(
  written: string,
  options: OutOptions,
  metric: boolean,
  base: RepoPath | '',
  { problems, where, whereKey, file }: StageSource,
  place: Path,
): OutDecl[] {
  const at = place.length > 2 ? whereKey(place) : where(place);
  const found = resolvePath(base, written);
  if ('problem' in found) {
    problems.add(`path "${written}" ${found.problem}`, at, INSIDE);
    return [];
  }
  const { path } = found;
  if (/^\.(git|mlops)/i.test(path) || path === file.path || path === file.lock) {
    problems.add(`no stage may write ${path}`, at, 'choose another path');
    return [];
  }
  if (file.path.startsWith(`${path}/`)) {
    problems.add(`${path} holds this very ${file.path}`, at, 'write into a folder below it');
    return [];
  }
  const { git = metric, cache = true, persist = false, push = true, ...more } = options;
  return [{ path, git, cache, persist, push, metric, ...more, where: at }];
}

/** Naming a path again is a mistake, also one that the action names by itself. */
export function refuseTwice(
  written: readonly (DepDecl | OutDecl)[],
  planned: readonly (DepDecl | OutDecl)[],
  does: 'reads' | 'writes',
  { problems }: StageSource,
): void {
  const list = does === 'reads' ? 'deps' : 'outs';
  const nameOf = (each: DepDecl | OutDecl): string => ('pattern' in each ? each.pattern : each.path);
  const own = new Set(planned.map(nameOf));
  const seen = new Set<string>();
  for (const each of written) {
    const name = nameOf(each);
    if (own.has(name)) {
      problems.add(`the action ${does} ${name} anyway`, each.where, `remove it from ${list}`);
    } else if (seen.has(name))
      problems.add(`${name} stands twice in ${list}`, each.where, 'remove one of the two');
    seen.add(name);
  }
}
