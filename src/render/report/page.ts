// The page of any report, by its schema.
import type { JsonObject } from '../../core/json.ts';
import { renderDriftPage } from './drift-page.ts';
import { renderEvaluatePage } from './evaluate-page.ts';
import { renderExplainPage } from './explain-page.ts';
import { renderExplorePage } from './explore-page.ts';
import { renderFindingsPage } from './findings-page.ts';
import type {
  CheckReport,
  DriftDetails,
  DriftReport,
  EvaluateDetails,
  EvaluateReport,
  ExplainDetails,
  ExplainReport,
  ExploreReport,
  GatesResult,
  SmokeReport,
  ValidateReport,
} from './types.ts';
import { renderValidatePage } from './validate-page.ts';

/** Self-contained HTML; undefined for a report that has no page. `details` that are not here leave pictures out. */
export function renderReportPage(
  report: JsonObject,
  details: JsonObject | null,
  gates?: GatesResult,
): string | undefined {
  switch (report['schema']) {
    case 'mlops.evaluate/1':
      return renderEvaluatePage(
        report as unknown as EvaluateReport,
        (details ?? undefined) as unknown as EvaluateDetails | undefined,
        gates,
      );
    case 'mlops.drift/1':
      return renderDriftPage(
        report as unknown as DriftReport,
        (details ?? undefined) as unknown as DriftDetails | undefined,
        gates,
      );
    case 'mlops.check/1':
    case 'mlops.smoke/1':
      return renderFindingsPage(report as unknown as CheckReport | SmokeReport, gates);
    case 'mlops.validate/1':
      return renderValidatePage(report as unknown as ValidateReport, gates);
    case 'mlops.explore/1':
      return renderExplorePage(report as unknown as ExploreReport);
    case 'mlops.explain/1':
      return renderExplainPage(
        report as unknown as ExplainReport,
        (details ?? undefined) as unknown as ExplainDetails | undefined,
      );
    default:
      return undefined;
  }
}
