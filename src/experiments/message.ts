// The message of an experiment's commit: words for people, then one line that records it.
//
//   train.trees=200
//
//   Mlops-Experiment: {"baseline":"3890c70…","baselineTree":"9d1a…","ended":"ok",…,"v":1}
import type { Experiment, ExperimentRecord } from '../core/experiment.ts';
import { experimentNameProblem } from '../core/experiment.ts';
import type { CommitId } from '../core/ids.ts';
import { isJsonObject } from '../core/json.ts';
import { canonicalJson } from '../util/canonical-json.ts';

const TRAILER = 'Mlops-Experiment: ';

export function writeMessage(record: ExperimentRecord, words: string): string {
  return `${words.trim()}\n\n${TRAILER}${canonicalJson(record)}\n`;
}

/** Undefined for a commit that is no experiment, or one of a later version. */
export function readMessage(ref: string, commit: CommitId, text: string): Experiment | undefined {
  const at = text.lastIndexOf(`\n${TRAILER}`);
  if (at < 0) return undefined;
  const record = recordOf(text.slice(at + TRAILER.length + 1).trimEnd());
  return record && { ...record, ref, commit, message: text.slice(0, at).trim() };
}

function recordOf(line: string): ExperimentRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined; // written by somebody else, or cut
  }
  if (!isJsonObject(value) || value['v'] !== 1) return undefined;
  const { name, baseline, overrides } = value;
  if (typeof name !== 'string' || experimentNameProblem(name) !== null) return undefined;
  if (typeof baseline !== 'string' || !Array.isArray(overrides)) return undefined;
  return value as unknown as ExperimentRecord;
}
