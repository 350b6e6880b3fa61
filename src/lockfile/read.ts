// pipeline.lock → Lock. A block that cannot be trusted is dropped, which only makes its stage stale: a lock never
// stops the work, except one written by a later version, which must not be overwritten unread.
import { fail } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import { isJsonObject } from '../core/json.ts';
import type { DataRecord, Lock, LockBlock } from '../core/lock.ts';
import { checkBlock, checkData } from './check.ts';
import { type RawLock, salvage } from './salvage.ts';
import { LOCK_VERSION } from './write.ts';

/**
 * Keys are recomputed. What does not match, is malformed or lies inside conflict markers is left out with a warning.
 * `file` is the name to use in messages.
 * @throws MlopsError (config) when the version is unknown.
 */
export function readLock(
  text: string,
  file = 'pipeline.lock',
): { readonly lock: Lock; readonly warnings: string[] } {
  const raw = parseWhole(text) ?? salvage(text, file);
  if (raw.version !== undefined && raw.version !== LOCK_VERSION) {
    fail(
      'config',
      `${file} has version ${JSON.stringify(raw.version).slice(0, 20)}; this mlops reads version ${LOCK_VERSION}`,
      {
        where: { file },
        help: 'use the newer mlops that wrote it',
      },
    );
  }
  const warnings = [...raw.warnings];
  const data = new Map<RepoPath, DataRecord>();
  for (const [path, entry] of raw.data) {
    const checked = checkData(path, entry);
    if ('value' in checked) data.set(path as RepoPath, checked.value);
    else warnings.push(`${file}: data entry ${JSON.stringify(path)} ${checked.problem}; ignored`);
  }
  const stages = new Map<string, LockBlock>();
  for (const [name, block] of raw.stages) {
    const checked = checkBlock(block);
    if ('value' in checked) stages.set(name, checked.value);
    else
      warnings.push(
        `${file}: the block of stage ${JSON.stringify(name)} ${checked.problem}; treated as never run`,
      );
  }
  return { lock: { data, stages }, warnings };
}

function parseWhole(text: string): RawLock | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value) || value['version'] === undefined) return undefined;
  const { version, data = {}, stages = {} } = value;
  if (!isJsonObject(data) || !isJsonObject(stages)) return undefined;
  return { version, data: Object.entries(data), stages: Object.entries(stages), warnings: [] };
}
