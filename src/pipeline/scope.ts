// What `${…}` can name: params.yaml beside the pipeline, then whatever stands under `vars:`.
import type { Location } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { paramAt } from './params.ts';
import type { ParamsFiles } from './params-files.ts';
import { resolvePath } from './paths.ts';
import type { Problems } from './problems.ts';

export const DEFAULT_PARAMS = 'params.yaml';

interface VarsEntry {
  readonly value: Json;
  readonly where: Location;
}

/** `entries` have the shape of `vars:`. A name that two of them set is a problem; maps are joined. */
export function readScope(
  dir: RepoPath | '',
  entries: readonly VarsEntry[],
  files: ParamsFiles,
  problems: Problems,
): JsonObject {
  const scope = Object.create(null) as Record<string, Json>;
  const named = entries.map(({ value }) => (typeof value === 'string' ? value.split(':')[0]!.trim() : ''));
  if (!named.includes(DEFAULT_PARAMS)) {
    const path = resolvePath(dir, DEFAULT_PARAMS);
    const found = 'path' in path ? files.get(path.path) : 'missing';
    if (typeof found === 'object') Object.assign(scope, found);
  }
  for (const { value, where } of entries) {
    const values = typeof value === 'string' ? readVarsFile(dir, value, where, files, problems) : value;
    for (const name of isJsonObject(values) ? merge(scope, values) : []) {
      problems.add(`\${${name}} is set twice`, where, 'rename one of the two');
    }
  }
  return scope;
}

/** `file` or, as in DVC, `file:key,key`. */
function readVarsFile(
  dir: RepoPath | '',
  written: string,
  where: Location,
  files: ParamsFiles,
  problems: Problems,
): JsonObject | undefined {
  const [name = '', keys] = written.split(':').map((each) => each.trim());
  const path = resolvePath(dir, name);
  if ('problem' in path) {
    problems.add(`path "${name}" ${path.problem}`, where);
    return undefined;
  }
  const values = files.get(path.path);
  if (values === 'missing')
    problems.add(`vars file ${path.path} is not there`, where, 'create it, or remove it here');
  if (typeof values === 'string') return undefined;
  if (keys === undefined) return values;
  const chosen = Object.create(null) as Record<string, Json>;
  for (const key of keys.split(',').map((each) => each.trim())) {
    const value = paramAt(values, key);
    if (value === undefined) problems.add(`${path.path} has no "${key}"`, where);
    else chosen[key] = value;
  }
  return chosen;
}

/** Adds `from` to `into`, map by map; answers the names that both set. */
function merge(into: Record<string, Json>, from: JsonObject, prefix = ''): string[] {
  return Object.entries(from).flatMap(([key, value]) => {
    const there = into[key];
    if (there === undefined) {
      into[key] = value;
      return [];
    }
    if (!isJsonObject(there) || !isJsonObject(value)) return [prefix + key];
    const joined: Record<string, Json> = Object.assign(Object.create(null), there);
    into[key] = joined;
    return merge(joined, value, `${prefix}${key}.`);
  });
}
