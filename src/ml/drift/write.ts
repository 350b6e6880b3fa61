import { resolve } from 'node:path';
import type { JsonObject } from '../../core/json.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import type { DriftResult } from './drift.ts';
import { detailsPath, reportPath } from './plan.ts';

/** Puts report and details where the options say, as canonical JSON: the same numbers are the same bytes. */
export function writeDrift({ report, details }: DriftResult, options: JsonObject, io: { readonly cwd: string; readonly stage: string }): void {
  const path = resolve(io.cwd, reportPath(options, io.stage));
  writeAtomic(path, `${canonicalJson(report)}\n`);
  writeAtomic(detailsPath(path), `${canonicalJson(details)}\n`);
}
