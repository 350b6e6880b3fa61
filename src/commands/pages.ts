// The HTML page of a report: a view drawn from the report and its details, beside them, not an out.
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { RepoPath } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { renderReportPage } from '../render/report/page.ts';
import type { RunContext } from '../run/context.ts';
import type { Selection } from '../run/select.ts';
import { writeAtomic } from '../util/atomic-write.ts';
import { orAbsent } from '../util/errno.ts';

/** Draws the pages of the selected stages that are out of date; returns all that stand there. */
export function drawPages(context: RunContext, selection: Selection): RepoPath[] {
  return selection.stages.flatMap((name): RepoPath[] => {
    const stage = context.pipeline.stages.get(name)!;
    const report =
      stage.action.kind === 'uses'
        ? stage.outs.find((out) => out.git && out.path.endsWith('.json'))
        : undefined;
    if (!report) return [];
    const page = pageOf(report.path);
    return drawPage(context.workspace.top, report.path) || existsSync(`${context.workspace.top}/${page}`)
      ? [page]
      : [];
  });
}

export function pageOf(report: RepoPath): RepoPath {
  return report.replace(/\.json$/, '.html') as RepoPath;
}

/** False when the report is not there or its page is already younger. */
export function drawPage(top: string, report: RepoPath): boolean {
  const page = `${top}/${pageOf(report)}`;
  const drawn = orAbsent(() => statSync(page).mtimeMs, 0);
  const made = orAbsent(() => statSync(`${top}/${report}`).mtimeMs, undefined);
  if (made === undefined || made <= drawn) return false;
  const details = orAbsent(
    () => readFileSync(`${top}/${report.replace(/\.json$/, '.details.json')}`, 'utf8'),
    undefined,
  );
  const html = renderReportPage(
    JSON.parse(readFileSync(`${top}/${report}`, 'utf8')) as JsonObject,
    details === undefined ? null : (JSON.parse(details) as JsonObject),
  );
  if (html === undefined) return false;
  writeAtomic(page, html, { durable: false });
  return true;
}
