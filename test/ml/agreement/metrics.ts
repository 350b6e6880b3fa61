// Every metric of the table, beside scikit-learn.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { computeClassification, computeRegression, METRICS } from '../../../src/ml/metrics/table.ts';
import { classificationOf, type MetricCase, regressionOf } from '../metrics/cases.ts';
import { type Agreement, agreementOf } from './agreement.ts';

/** Beside torchmetrics and fairlearn: judge.ts. */
const ELSEWHERE = /_calibration_error$|_(difference|ratio)$/;

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ml/evaluate/metrics.json');

export async function agreements(): Promise<readonly Agreement[]> {
  const cases = JSON.parse(readFileSync(FIXTURE, 'utf8')) as MetricCase[];
  return METRICS.filter(({ name }) => !ELSEWHERE.test(name)).map((metric) => {
    const having = cases.filter(({ expected }) => metric.name in expected);
    const compared = having.map((each) => {
      const computed =
        each.kind === 'classes'
          ? computeClassification([metric], classificationOf(each))
          : computeRegression([metric], regressionOf(each));
      const value = computed.get(metric.name);
      return { ours: typeof value === 'number' ? value : Number.NaN, theirs: each.expected[metric.name]! };
    });
    return agreementOf(
      {
        part: 'evaluate',
        subject: `\`${metric.name}\``,
        tool: 'scikit-learn',
        script: 'fixtures/ml/evaluate/make.py',
        tolerance: 1e-9,
        measure: 'absolute',
      },
      compared,
    );
  });
}
