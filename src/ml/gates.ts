// Reports measure, gates judge: rules over a report, judged after every run, fresh or restored. Nothing passes for want of
// something to look at: a metric, slice or interval that a rule asks for and that is not there breaks the rule.
import type { DriftReport } from './drift/report.ts';
import type { EvaluateReport } from './evaluate/report.ts';
import { judgeDrift } from './gates-drift.ts';
import { judgeEvaluation } from './gates-evaluate.ts';
import { judgeFindings } from './gates-findings.ts';
import type { GatesInput } from './gates-input.ts';
import type { GatesResult } from './gates-result.ts';
import { judgeValidation } from './gates-validate.ts';
import type { ValidateReport } from './validate/report.ts';

export function judgeGates(input: GatesInput): GatesResult {
  const { report } = input;
  if (isDrift(report)) return judgeDrift(input, report);
  if (isValidation(report)) return judgeValidation(input, report);
  return isEvaluation(report) ? judgeEvaluation(input, report) : judgeFindings(input, report);
}

function isDrift(report: GatesInput['report']): report is DriftReport {
  return report.schema === 'mlops.drift/1';
}

function isValidation(report: GatesInput['report']): report is ValidateReport {
  return report.schema === 'mlops.validate/1';
}

function isEvaluation(report: GatesInput['report']): report is EvaluateReport {
  return report.schema === 'mlops.evaluate/1';
}
