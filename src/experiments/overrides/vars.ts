// Values that `${…}` sees besides a params.yaml: `vars:` of the pipeline.yaml beside it names files, or holds them.
import { MlopsError } from '../../core/failure.ts';
import { pathIn, type RepoPath } from '../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { paramAt, readData, readParams } from '../../pipeline/params.ts';
import { resolvePath } from '../../pipeline/paths.ts';

/** Where else a key has a value: the file, or pipeline.yaml itself. */
export function heldByVars(
  paramsFile: RepoPath,
  key: string,
  read: (file: RepoPath) => string | undefined,
): RepoPath | undefined {
  const dir = paramsFile.split('/').slice(0, -1).join('/') as RepoPath | '';
  const pipeline = pathIn(dir, 'pipeline.yaml') as RepoPath;
  const text = read(pipeline);
  const value = text === undefined ? undefined : quietly(() => readData(pipeline, text));
  const entries = isJsonObject(value) && Array.isArray(value['vars']) ? (value['vars'] as Json[]) : [];
  for (const entry of entries) {
    const held = typeof entry === 'string' ? varsFile(dir, entry, read) : { file: pipeline, values: entry };
    if (
      held &&
      held.file !== paramsFile &&
      isJsonObject(held.values) &&
      paramAt(held.values, key) !== undefined
    )
      return held.file;
  }
  return undefined;
}

function varsFile(
  dir: RepoPath | '',
  entry: string,
  read: (file: RepoPath) => string | undefined,
): { readonly file: RepoPath; readonly values: JsonObject } | undefined {
  const found = resolvePath(dir, entry.split(':')[0]!.trim());
  if ('problem' in found) return undefined;
  const text = read(found.path);
  const values = text === undefined ? undefined : quietly(() => readParams(found.path, text));
  return values && { file: found.path, values };
}

/** What is wrong with those files is said when the pipeline is loaded. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}
