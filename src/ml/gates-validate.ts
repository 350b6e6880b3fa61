// The gates of a validation. Unlike others they stand by default: data that break their schema go no further.
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { count, object, orNothing, type Shape } from '../core/shape.ts';
import { formatCount, plural } from '../util/units.ts';
import type { GatesInput } from './gates-input.ts';
import { type GateResult, type GatesResult, judgedAlone, WITHOUT_BASELINE } from './gates-result.ts';
import type { Anomaly, ValidateReport } from './validate/report.ts';

const most = orNothing('a number of anomalies', count(0));

export const validateGatesShape: Shape = object({ max_fail: most, max_warn: most });

/** Nothing is not judged. */
const DEFAULTS: JsonObject = { max_fail: 0, max_warn: null };

/** Anomalies named on the screen; the page has all. */
const NAMED = 10;

export function judgeValidation(input: GatesInput, report: ValidateReport): GatesResult {
  const gates = { ...DEFAULTS, ...(isJsonObject(input.gates) ? input.gates : {}) };
  const { fail, error, warn } = report.summary;
  const results = [
    ...judge('max_fail', gates['max_fail'], fail + error, 'anomaly', 'anomalies'),
    ...judge('max_warn', gates['max_warn'], warn, 'warning', 'warnings'),
  ];
  const failed = results.some(({ passed }) => !passed);
  return judgedAlone(input.stage, results, failed ? notesOf(report) : []);
}

function judge(rule: string, limit: unknown, value: number, one: string, many: string): GateResult[] {
  if (typeof limit !== 'number') return [];
  return [
    {
      metric: rule,
      ...WITHOUT_BASELINE,
      rule,
      limit,
      value,
      passed: value <= limit,
      reason: `${plural(value, one, many)}, allowed ${limit}`,
    },
  ];
}

/** Each anomaly, and the command that takes into the schema what can be. */
function notesOf(report: ValidateReport): string[] {
  const { findings, inputs } = report;
  const named = findings.slice(0, NAMED).map(anomalyInWords);
  const left = findings.length - named.length;
  const accepted = findings.some(({ accept }) => accept !== null) && inputs.schema !== null;
  return [
    ...named,
    ...(left > 0 ? [`and ${formatCount(left)} more: see the page of the report`] : []),
    ...(accepted
      ? [`accept with: mlops schema update ${inputs.schema!.path} ${inputs.data.path.split(', ')[0]}`]
      : []),
  ];
}

/** `season: 31 of 17,379 values are not among the 4 values of the schema (ENUM_…; data/days.csv:12, 40, …)`. */
function anomalyInWords({ subject, message, check, places, count: all }: Anomaly): string {
  const shown = places.reduce((sum, { lines }) => sum + lines.length, 0);
  const at = places.map(({ file, lines }) => `${file}:${lines.join(', ')}`).join('; ');
  const more = all !== null && all > shown ? ', …' : '';
  return `${subject}: ${message} (${check}${at === '' ? '' : `; ${at}${more}`})`;
}
