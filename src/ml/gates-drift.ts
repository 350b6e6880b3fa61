// The gates of a drift report. None by default: drift informs.

import { isJsonObject, type JsonObject } from '../core/json.ts';
import { count, either, list, object, type Shape, share, word } from '../core/shape.ts';
import type { DriftReport } from './drift/report.ts';
import type { GatesInput } from './gates-input.ts';
import { type GateResult, type GatesResult, judgedAlone, WITHOUT_BASELINE } from './gates-result.ts';

const decision = word('keep', 'investigate', 'retrain', 'block');

export const driftGatesShape: Shape = object({
  max_drifted_share: share,
  max_drifted_columns: count(0),
  predictions: word('stable'),
  multivariate: word('stable'),
  max_missing_share: share,
  max_unseen_share: share,
  schema: word('same'),
  advice: either('a decision or a list of the allowed ones', decision, list(decision, 1)),
});

export function judgeDrift(input: GatesInput, report: DriftReport): GatesResult {
  const gates = isJsonObject(input.gates) ? input.gates : {};
  const results = [...blocked(report), ...Object.keys(gates).map((rule) => judge(rule, gates, report))];
  return judgedAlone(input.stage, results);
}

/** Data that no model can read pass no gate, whatever the rules. */
function blocked({ advice, findings }: DriftReport): GateResult[] {
  if (advice.decision !== 'block') return [];
  const said = findings.filter(({ status }) => status === 'fail');
  return [
    {
      ...WITHOUT_BASELINE,
      metric: 'advice',
      rule: 'block',
      limit: ['keep', 'investigate', 'retrain'],
      value: 'block',
      passed: false,
      reason: said.map(({ subject, message }) => `${subject} ${message}`).join('; '),
    },
  ];
}

function judge(rule: string, gates: JsonObject, report: DriftReport): GateResult {
  const { summary } = report;
  const result = (
    limit: GateResult['limit'],
    value: GateResult['value'],
    passed: boolean,
    reason: string,
  ): GateResult => ({
    ...WITHOUT_BASELINE,
    metric: rule,
    rule,
    limit,
    value,
    passed,
    reason,
  });
  const atMost = (value: number, what: string): GateResult => {
    const limit = gates[rule] as number;
    return result(limit, value, value <= limit, `${what}, allowed ${limit}`);
  };
  switch (rule) {
    case 'max_drifted_share':
    case 'max_drifted_columns': {
      if (summary.tested === 0)
        return result(gates[rule] as number, null, false, 'no column could be tested');
      const what = `${summary.drifted} of ${summary.tested} columns drifted`;
      return atMost(rule === 'max_drifted_share' ? summary.drifted_share : summary.drifted, what);
    }
    case 'max_missing_share': {
      const [name, value] = largest(report, ({ missing }) => missing.current);
      return atMost(value, `${name}: ${percent(value)} of the values are missing`);
    }
    case 'max_unseen_share': {
      const [name, value] = largest(report, ({ unseen }) => unseen ?? 0);
      return atMost(value, `${name}: ${percent(value)} of the values were not in the reference`);
    }
    case 'predictions': {
      const drifted = summary.predictions_drifted;
      if (drifted === null)
        return result(
          'stable',
          null,
          false,
          'there are no predictions to compare: name model: or predictions:',
        );
      return result(
        'stable',
        drifted ? 'drifted' : 'stable',
        !drifted,
        drifted ? 'the predictions drifted' : 'the predictions are stable',
      );
    }
    case 'multivariate': {
      const moved = movedTogether(report);
      if (moved === null) return result('stable', null, false, 'the columns could not be looked at together');
      const reason = moved.length === 0 ? 'columns go together as before' : moved.join('; ');
      return result('stable', moved.length === 0 ? 'stable' : 'drifted', moved.length === 0, reason);
    }
    case 'schema': {
      const changes = report.findings.filter(({ check }) => SCHEMA_CHECKS.includes(check));
      const said = changes.map(({ subject, message }) => `${subject} ${message}`).join('; ');
      return result(
        'same',
        changes.length === 0 ? 'same' : 'changed',
        changes.length === 0,
        said || 'the schema is the same',
      );
    }
    case 'advice': {
      const allowed = [gates[rule] as string | readonly string[]].flat();
      const { decision: given } = report.advice;
      return result(
        allowed,
        given,
        allowed.includes(given),
        `the advice is ${given}, allowed: ${allowed.join(', ')}`,
      );
    }
    default:
      throw new Error(`BUG: no drift gate ${rule}`);
  }
}

/** What moved of columns together, in words; null where nothing of it was computed. */
function movedTogether({ multivariate }: DriftReport): string[] | null {
  const { pca, detector, domain_classifier: domain, spearman } = multivariate ?? {};
  if (!pca && !detector && !domain && !spearman) return null;
  return [
    ...(pca?.drifted ? [`components: ${pca.reason}`] : []),
    ...(detector?.drifted ? [`detector: ${detector.reason}`] : []),
    ...(domain?.drifted ? [`domain classifier: ${domain.reason}`] : []),
    ...(spearman?.drifted ? [`${spearman.changed} of ${spearman.pairs} pairs of columns changed`] : []),
  ];
}

const SCHEMA_CHECKS = ['missing_column', 'extra_column', 'type'];

function largest(
  { columns }: DriftReport,
  of: (column: DriftReport['columns'][number]) => number,
): readonly [string, number] {
  let found: readonly [string, number] = ['no column', 0];
  for (const column of columns) if (of(column) > found[1]) found = [column.column, of(column)];
  return found;
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(1))} %`;
}
