// The HTML page of a report: a view drawn from the report and its details, beside them, not an out.
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Outcome } from '../core/event.ts';
import type { RepoPath, StageName } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { GatesResult } from '../ml/gates-result.ts';
import { parseReport, usingReport } from '../ml/known-report.ts';
import { renderReportPage } from '../render/report/page.ts';
import type { RunContext } from '../run/context.ts';
import type { Selection } from '../run/select.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

/** Draws the pages of the selected stages that are out of date; returns all that stand there. */
export function drawPages(
  context: RunContext,
  selection: Selection,
  outcomes: ReadonlyMap<StageName, Outcome>,
): RepoPath[] {
  return selection.stages.flatMap((name): RepoPath[] => {
    const stage = context.pipeline.stages.get(name)!;
    const report =
      stage.action.kind === 'uses'
        ? stage.outs.find((out) => out.git && out.path.endsWith('.json'))
        : undefined;
    if (!report) return [];
    const page = pageOf(report.path);
    const outcome = outcomes.get(name);
    const gates = outcome && 'gates' in outcome ? outcome.gates?.result : undefined;
    const due = outcome?.kind !== 'fresh' || !isDrawn(context.workspace.top, report.path);
    return (due && drawPage(context.workspace.top, report.path, gates)) ||
      existsSync(`${context.workspace.top}/${page}`)
      ? [page]
      : [];
  });
}

export function pageOf(report: RepoPath): RepoPath {
  return report.replace(/\.json$/, '.html') as RepoPath;
}

/** Whether the page is there and younger than its report. */
export function isDrawn(top: string, report: RepoPath): boolean {
  const drawn = orAbsent(() => statSync(`${top}/${pageOf(report)}`).mtimeMs, 0);
  return drawn > orAbsent(() => statSync(`${top}/${report}`).mtimeMs, 0);
}

/**
 * False when the report is not there, or is none that has a page.
 * @throws when it is damaged
 */
export function drawPage(top: string, report: RepoPath, gates?: JsonObject): boolean {
  const text = orAbsent(() => readFileSync(`${top}/${report}`, 'utf8'), undefined);
  if (text === undefined) return false;
  const detailsPath = report.replace(/\.json$/, '.details.json');
  const details = orAbsent(() => readFileSync(`${top}/${detailsPath}`, 'utf8'), undefined);
  const html = usingReport(report, () =>
    renderReportPage(
      parseReport(text, report),
      details === undefined ? null : parseReport(details, detailsPath),
      gates as unknown as GatesResult | undefined,
    ),
  );
  if (html === undefined) return false;
  writeAtomic(`${top}/${pageOf(report)}`, html, { durable: false });
  return true;
}
