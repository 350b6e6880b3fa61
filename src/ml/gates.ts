// Reports measure, gates judge: rules over a report, judged after every run, fresh or restored. Nothing passes for want of
// something to look at: a metric, slice or interval that a rule asks for and that is not there breaks the rule.
import { judgeDrift } from './gates-drift.ts';
import { judgeEvaluation } from './gates-evaluate.ts';
import type { GatesInput } from './gates-input.ts';
import type { GatesResult } from './gates-result.ts';
import { judgeValidation } from './gates-validate.ts';

export function judgeGates(input: GatesInput): GatesResult {
  const { report } = input;
  if (report.schema === 'mlops.validate/1') return judgeValidation(input, report);
  return report.schema === 'mlops.drift/1' ? judgeDrift(input, report) : judgeEvaluation(input, report);
}
