// Predicted quantiles, each for itself: its loss, and whether the share of rows below it is what it says.
import type { Finding } from '../../core/finding.ts';
import type { RegressionData } from '../metrics/data.ts';
import { crossingShare, pinballLoss, shareBelow } from '../metrics/quantile-loss.ts';
import type { Metric } from '../metrics/table.ts';
import type { DataRecord, QuantilesRecord } from './report.ts';
import { measure, type Sampling } from './uncertainty.ts';

export function quantilesRecord(data: RegressionData, sampling: Sampling): QuantilesRecord | null {
  const { quantiles } = data;
  if (!quantiles) return null;
  const below = quantiles.levels.map(
    (level, at): Metric => ({
      name: String(level),
      tasks: ['regression'],
      better: 'zero',
      kind: 'regression',
      asks: 'quantiles',
      of: (rows) => shareBelow(rows, quantiles, at),
    }),
  );
  const { values, intervals } = measure(below, [{ kind: 'numbers', data }], sampling);
  return {
    levels: quantiles.levels.map((quantile, at) => ({
      quantile,
      pinball_loss: pinballLoss(data, quantiles, at)(data.weights) as number,
      share_below: values[String(quantile)]!,
      interval: intervals[String(quantile)] ?? null,
    })),
    crossing: crossingShare(quantiles),
  };
}

export function quantileFindings(record: QuantilesRecord | null, { path }: DataRecord): readonly Finding[] {
  if (record === null) return [];
  const warn = (check: string, message: string, value: number, limit: number): Finding => ({
    check,
    subject: path,
    status: 'warn',
    message,
    value,
    limit,
  });
  const off = record.levels.filter(
    ({ quantile, interval }) => interval !== null && (interval[0] > quantile || interval[1] < quantile),
  );
  return [
    ...(record.crossing > 0
      ? [
          warn(
            'quantile_crossing',
            `a higher quantile is predicted below a lower one in ${percent(record.crossing)} of the rows: such an interval means nothing`,
            record.crossing,
            0,
          ),
        ]
      : []),
    ...off.map(({ quantile, share_below }) =>
      warn(
        'quantile_share',
        `${percent(share_below)} of the rows lie at or below the ${quantile}-quantile, which should be ${percent(quantile)}, beyond chance`,
        share_below,
        quantile,
      ),
    ),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
