// The message of an experiment's commit: words for people, then one line that records it.
//
//   train.trees=200
//
//   Mlops-Experiment: {"baseline":"3890c70…","baselineTree":"9d1a…","ended":"ok",…,"v":1}
import type { Experiment, ExperimentRecord } from '../core/experiment.ts';
import { experimentNameProblem, isOverride } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { canonicalJson } from '../util/canonical-json.ts';

const TRAILER = 'Mlops-Experiment: ';

export function writeMessage(record: ExperimentRecord, words: string): string {
  return `${words.trim()}\n\n${TRAILER}${canonicalJson(record)}\n`;
}

/** Undefined for a commit that is no experiment, one of a later version, and one that calls itself otherwise than its ref. */
export function readMessage(ref: string, commit: CommitId, text: string): Experiment | undefined {
  const at = text.lastIndexOf(`\n${TRAILER}`);
  if (at < 0) return undefined;
  const record = recordOf(text.slice(at + TRAILER.length + 1).trimEnd());
  if (!record || !ref.endsWith(`/${record.baseline}/${record.name}`)) return undefined;
  return { ...record, ref, commit, message: text.slice(0, at).trim() };
}

function recordOf(line: string): ExperimentRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined; // written by somebody else, or cut
  }
  return isJsonObject(value) && isRecord(value) ? (value as unknown as ExperimentRecord) : undefined;
}

const ID = /^[0-9a-f]{40,64}$/;

/** Of anybody, since experiments are pulled: one that lies must not stop those beside it. */
function isRecord(value: JsonObject): boolean {
  const { name, baseline, baselineTree, patch, overrides, ticket, sweep, ended, ms, started } = value;
  return (
    value['v'] === 1 &&
    typeof name === 'string' &&
    experimentNameProblem(name) === null &&
    [baseline, baselineTree, patch ?? baseline].every((id) => typeof id === 'string' && ID.test(id)) &&
    Array.isArray(overrides) &&
    overrides.every(isOverride) &&
    [ticket, sweep].every((id) => id === null || typeof id === 'string') &&
    (ended === 'ok' || ended === 'gate') &&
    typeof ms === 'number' &&
    typeof started === 'string' &&
    !Number.isNaN(Date.parse(started))
  );
}
