// Run entries on a remote, asked for by key. An entry is believed only after its key was computed again from its
// fingerprint, and its name from its outs; any other file counts as absent.
import type { StageKey } from '../core/ids.ts';
import type { RunEntry } from '../core/run-entry.ts';
import type { RunScope } from '../core/run-scope.ts';
import { decodeRun, earliestFirst, runFolder, runName } from '../store/runs.ts';
import { pool } from '../util/pool.ts';
import { collect } from './body.ts';
import type { Remote } from './remote.ts';

export interface ScopedRun {
  readonly scope: RunScope;
  readonly entry: RunEntry;
}

const AT_ONCE = 64;
/** Room for a stage with 100,000 deps; what is bigger is none of ours. */
const ENTRY_LIMIT = 32 << 20;

/** The runs that `scopes` hold under each key: those of the first scope first, in each the earliest. A key without any is not in the answer. */
export async function lookUpRuns(
  remote: Remote,
  scopes: readonly RunScope[],
  keys: readonly StageKey[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<StageKey, readonly RunEntry[]>> {
  const questions = keys.flatMap((key) => scopes.map((scope) => ({ key, scope })));
  const answers = await pool(
    questions,
    AT_ONCE,
    async ({ key, scope }) => ({ key, entries: await runsOf(remote, scope, key) }),
    signal,
  );
  const found = new Map<StageKey, RunEntry[]>();
  for (const { key, entries } of answers)
    if (entries.length > 0) found.set(key, [...(found.get(key) ?? []), ...entries]);
  return found;
}

async function runsOf(remote: Remote, scope: RunScope, key: StageKey): Promise<RunEntry[]> {
  const entries: RunEntry[] = [];
  for await (const { name, bytes: size } of remote.list(`${runFolder(scope, key)}/`)) {
    if (size > ENTRY_LIMIT) continue;
    const bytes = await remote.read(name, (body) => collect(body, ENTRY_LIMIT));
    const entry = bytes && decodeRun(bytes.toString('utf8'), key);
    if (typeof entry === 'object' && runName(scope, entry) === name) entries.push(entry);
  }
  return earliestFirst(entries);
}
