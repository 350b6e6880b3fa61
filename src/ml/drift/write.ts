import { resolve } from 'node:path';
import type { JsonObject } from '../../core/json.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { reportPaths } from '../evaluate/plan.ts';
import type { DriftResult } from './drift.ts';

/** Puts report and details where the options say, as canonical JSON: the same numbers are the same bytes. */
export function writeDrift(
  { report, details }: DriftResult,
  options: JsonObject,
  io: { readonly cwd: string; readonly stage: string },
): void {
  const paths = reportPaths(options, io.stage);
  writeAtomic(resolve(io.cwd, paths.report), `${canonicalJson(report)}\n`);
  writeAtomic(resolve(io.cwd, paths.details), `${canonicalJson(details)}\n`);
}
