// An ML action without a repository: measured in this process, said as `repro` says it, and shown as the stage that would
// keep it. Nothing is written but the page that was asked for.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Document, isCollection } from 'yaml';
import type { ActionContext, ActionSpec } from '../../core/action.ts';
import { type ExitName, failure, MlopsError } from '../../core/failure.ts';
import { stageNameOf } from '../../core/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { DriftReport } from '../../ml/drift/report.ts';
import type { EvaluateReport } from '../../ml/evaluate/report.ts';
import type { ExplainReport } from '../../ml/explain/report.ts';
import type { GatesBaseline } from '../../ml/gates-input.ts';
import type { GatesResult } from '../../ml/gates-result.ts';
import type { ValidateReport } from '../../ml/validate/report.ts';
import { renderReportPage } from '../../render/report/page.ts';
import { gateLines, layoutOf, ranLines } from '../../render/run/stage-line.ts';
import { gateSummary } from '../../run/gates.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { orAbsent } from '../../util/errno.ts';
import type { Io } from '../command.ts';
import { print, printJson, say } from '../open-project.ts';

export interface Measured {
  readonly report: EvaluateReport | DriftReport | ExplainReport | ValidateReport;
  /** null: the report says all. */
  readonly details: object | null;
}

export interface Alone {
  readonly spec: ActionSpec;
  /** What the stage would be called. */
  readonly stage: string;
  readonly options: JsonObject;
  readonly measure: (options: JsonObject, context: ActionContext) => Promise<Measured>;
  /** The numbers in full, under the stage's line. */
  readonly table: (report: Measured['report'], details: Measured['details']) => string;
}

export interface AloneFlags {
  readonly option?: readonly string[];
  readonly html?: string;
  readonly json?: true;
}

export async function measureAlone(io: Io, alone: Alone, flags: AloneFlags): Promise<ExitName> {
  const { spec, stage, options, measure, table } = alone;
  const before = keptReport(options, io.cwd);
  const started = performance.now();
  const context = { stage, cwd: io.cwd, signal: io.signal, log: (line: string) => say(io, line) };
  const { report, details } = await measure(options, context);
  const ms = performance.now() - started;
  const gates = await judged(options, stage, report, before ?? (await rivalIn(report)));
  if (flags.html !== undefined) writePage(resolve(io.cwd, flags.html), report, details, gates);
  const summary = gates && gateSummary(gates);
  if (flags.json) {
    printJson(io, report);
    if (summary) for (const line of gateLines(summary, io.errStyle)) say(io, line);
  } else {
    const { headlines, lines } = spec.summarise!(report as unknown as JsonObject);
    const name = stageNameOf('', stage);
    const outcome = { kind: 'ran', ms, recorded: true, outs: [], reasons: [], headlines, lines } as const;
    const said = ranLines(
      name,
      spec.name,
      summary ? { ...outcome, gates: summary } : outcome,
      [],
      layoutOf([name]),
      io.outStyle,
    );
    print(io, `${said.join('\n')}\n\n${table(report, details)}`);
    if (flags.html !== undefined) print(io, `\npage: ${flags.html}`);
    print(io, `\nto keep it, in pipeline.yaml:\n\n${asStage(stage, spec.name, options)}`);
  }
  return gates && !gates.passed ? 'gate' : 'ok';
}

async function judged(
  options: JsonObject,
  stage: string,
  report: Measured['report'],
  baseline: GatesBaseline | undefined,
): Promise<GatesResult | undefined> {
  if (report.schema === 'mlops.explain/1') return undefined;
  const { judgeGates } = await import('../../ml/gates.ts');
  const result = judgeGates({ stage, gates: options['gates'] ?? {}, report, baseline });
  // Also without rules: data that no model can read pass nowhere.
  return result.results.length === 0 ? undefined : result;
}

/** Without a repository there is no history: a baseline is another model, or a report that was kept. */
function keptReport({ baseline }: JsonObject, cwd: string): GatesBaseline | undefined {
  if (baseline === undefined || baseline === 'auto' || hasModel(baseline)) return undefined;
  if (!isJsonObject(baseline) || typeof baseline['report'] !== 'string')
    throw new MlopsError(
      failure('usage', 'this baseline needs a repository with a pipeline', {
        help: 'here a baseline is another model, --baseline old.onnx, or a report that was kept, -O baseline.report=old.json',
      }),
    );
  const path = baseline['report'];
  const text = orAbsent(() => readFileSync(resolve(cwd, path), 'utf8'), undefined);
  if (text === undefined) throw new MlopsError(failure('missing', `there is no report ${path}`));
  return { from: 'report', commit: null, report: reportIn(text, path) };
}

function hasModel(baseline: Json | undefined): boolean {
  return isJsonObject(baseline) && 'model' in baseline;
}

/** The baseline model stands in the report itself, judged on the same rows. */
async function rivalIn(report: Measured['report']): Promise<GatesBaseline | undefined> {
  if (report.schema !== 'mlops.evaluate/1') return undefined;
  const { reportOfBaseline } = await import('../../ml/gates-lookup.ts');
  const rival = reportOfBaseline(report);
  return rival && { from: 'model', commit: null, report: rival };
}

function reportIn(text: string, path: string): EvaluateReport {
  try {
    const report = JSON.parse(text) as EvaluateReport;
    if (report.schema === 'mlops.evaluate/1') return report;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new MlopsError(
    failure('config', `${path} is no report of an evaluation`, {
      help: 'mlops evaluate … --json > report.json makes one',
    }),
  );
}

function writePage(
  path: string,
  report: Measured['report'],
  details: object | null,
  gates: GatesResult | undefined,
): void {
  const html = renderReportPage(report as unknown as JsonObject, details as JsonObject | null, gates);
  if (html === undefined) throw new Error(`BUG: no page for ${report.schema}`);
  writeAtomic(path, html, { durable: false });
}

/** What stands in pipeline.yaml to get the same again: an option a line. */
function asStage(stage: string, action: string, options: JsonObject): string {
  const document = new Document({ stages: { [stage]: { [action]: options } } }, { compat: 'yaml-1.1' });
  for (const key of Object.keys(options)) {
    const value = document.getIn(['stages', stage, action, key], true);
    if (isCollection(value)) value.flow = true;
  }
  return document
    .toString({ lineWidth: 0, flowCollectionPadding: false })
    .replace(/^(?=.)/gm, '  ')
    .trimEnd();
}
