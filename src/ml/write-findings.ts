// Puts a report that has no details where the options say, as canonical JSON: the same findings are the same bytes.
import { resolve } from 'node:path';
import type { ActionContext } from '../core/action.ts';
import type { JsonObject } from '../core/json.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import type { FindingsReport } from './findings-report.ts';
import { reportPaths } from './report-files.ts';

export function writeFindings(report: FindingsReport, options: JsonObject, io: ActionContext): void {
  writeAtomic(resolve(io.cwd, reportPaths(options, io.stage).report), `${canonicalJson(report)}\n`);
}
