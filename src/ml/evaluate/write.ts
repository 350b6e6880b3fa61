import { resolve } from 'node:path';
import type { JsonObject } from '../../core/json.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import type { EvaluateIo, Evaluation } from './evaluate.ts';
import { reportPaths } from './plan.ts';

/** Puts report and details where the options say, as canonical JSON: the same numbers are the same bytes. */
export function writeEvaluation({ report, details }: Evaluation, options: JsonObject, io: EvaluateIo): void {
  const paths = reportPaths(options, io.stage);
  writeAtomic(resolve(io.cwd, paths.report), `${canonicalJson(report)}\n`);
  writeAtomic(resolve(io.cwd, paths.details), `${canonicalJson(details)}\n`);
}
