// Where a report goes, and how it is written.
import { resolve } from 'node:path';
import type { JsonObject } from '../core/json.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { canonicalJson } from '../util/canonical-json.ts';
import { fileName } from '../util/file-name.ts';

export interface ReportPaths {
  readonly report: string;
  readonly details: string;
  readonly predictions: string;
}

/** `reports/<stage>.json` unless `report:` names another; details and predictions beside it. */
export function reportPaths(options: JsonObject, stage: string): ReportPaths {
  const report = (options['report'] as string | undefined) ?? `reports/${fileName(stage)}.json`;
  const stem = report.replace(/\.json$/, '');
  return { report, details: `${stem}.details.json`, predictions: `${stem}.predictions.parquet` };
}

/** Puts them where the options say, as canonical JSON: the same numbers are the same bytes. */
export function writeReport(
  { report, details }: { readonly report: object; readonly details?: object },
  options: JsonObject,
  io: { readonly cwd: string; readonly stage: string },
): void {
  const paths = reportPaths(options, io.stage);
  writeAtomic(
    resolve(io.cwd, paths.report),
    `${canonicalJson(report)}
`,
  );
  if (details !== undefined)
    writeAtomic(
      resolve(io.cwd, paths.details),
      `${canonicalJson(details)}
`,
    );
}
