// The gates of a report that is findings. Without a rule one that failed, or a check that could not be done, says no.
import type { Finding } from '../core/finding.ts';
import { isJsonObject, type Json } from '../core/json.ts';
import { count, described, object, type Shape } from '../core/shape.ts';
import { plural } from '../util/units.ts';
import { type FindingsReport, worstFirst } from './findings-report.ts';
import { type GateResult, type GatesResult, judgedAlone, WITHOUT_BASELINE } from './gates-result.ts';

export const findingsGatesShape: Shape = object({
  max_fail: described('Findings that may fail; 0 where not given', count(0)),
  max_warn: described('Findings that may warn; any number where not given', count(0)),
});

export function judgeFindings(
  { stage, gates }: { readonly stage: string; readonly gates: Json | undefined },
  { findings }: FindingsReport,
): GatesResult {
  const rules = { max_fail: 0, ...(isJsonObject(gates) ? gates : {}) } as { readonly [rule: string]: number };
  const counted: { readonly [rule: string]: readonly Finding[] } = {
    max_fail: findings.filter(({ status }) => status === 'fail' || status === 'error'),
    max_warn: findings.filter(({ status }) => status === 'warn'),
  };
  const results = Object.entries(rules).map(([rule, limit]) => judge(rule, limit, counted[rule]!));
  // A check that looked at nothing must not pass.
  if (findings.length === 0) results.push(judgedNothing());
  return judgedAlone(stage, results);
}

const MAX_NAMED = 5;

function judge(rule: string, limit: number, found: readonly Finding[]): GateResult {
  const named = worstFirst(found).slice(0, MAX_NAMED).map(inWords);
  const rest = found.length > MAX_NAMED ? [`and ${found.length - MAX_NAMED} more`] : [];
  const verb = rule === 'max_fail' ? 'failed' : 'warned';
  const allowed = limit === 0 ? '' : `, allowed ${limit}`;
  return {
    ...WITHOUT_BASELINE,
    metric: rule,
    rule,
    limit,
    value: found.length,
    passed: found.length <= limit,
    reason: `${plural(found.length, 'finding')} ${verb}${allowed}: ${[...named, ...rest].join('; ')}`,
  };
}

function inWords({ subject, message }: Finding): string {
  return subject === '' ? message : `${subject}: ${message}`;
}

function judgedNothing(): GateResult {
  return {
    ...WITHOUT_BASELINE,
    metric: 'findings',
    rule: 'some',
    limit: 1,
    value: 0,
    passed: false,
    reason: 'nothing was checked: the report has no finding, not even one that passed',
  };
}
