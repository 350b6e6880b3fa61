// The rule of Autodeploy's checker (gusseppe/autodeploy, January 2020), kept so that its users find their numbers again:
// numbers scaled to 0 … 1 by the smallest and largest training value, the mean absolute error of a row, and the largest of
// the training rows times 1.01 as the threshold. One strange training row sets it, and the more rows a batch has, the more
// often one of them is over it though nothing changed: the report says how often.
import type { Frame } from '../../frame/frame.ts';
import type { AutodeployReport } from '../report.ts';
import { blocksOf } from '../sampled.ts';
import { encode, layoutOf } from './encoder.ts';
import { eachReconstruction } from './network.ts';
import { namesOf, type Scoring } from './score.ts';

export interface AutodeployRule {
  /** Largest less smallest training value, of the detector's numbers in their order. */
  readonly ranges: readonly number[];
  readonly threshold: number;
  /** Training rows behind the threshold. */
  readonly rows: number;
}

const MARGIN = 1.01;

/** Null without a column of numbers: the rule knows no others. */
export function fitAutodeploy(scoring: Scoring, train: Frame): AutodeployRule | null {
  const { numbers } = layoutOf(scoring.columns);
  if (numbers.length === 0) return null;
  const ranges = numbers.map(({ name }) => rangeOf(train, name));
  const errors = meanAbsoluteErrors(scoring, ranges, train);
  return {
    ranges,
    threshold: MARGIN * errors.reduce((most, each) => Math.max(most, each), 0),
    rows: train.rows,
  };
}

export function judgeAutodeploy(scoring: Scoring, rule: AutodeployRule, current: Frame): AutodeployReport {
  return autodeployReport(meanAbsoluteErrors(scoring, rule.ranges, current), rule);
}

/** `errors`: mean absolute error of each current row in units of the training range. */
export function autodeployReport(
  errors: Float64Array,
  { ranges, threshold, rows }: AutodeployRule,
): AutodeployReport {
  const over = errors.filter((error) => error > threshold).length;
  return {
    columns: ranges.length,
    threshold,
    rows_over: over,
    share: over / errors.length,
    alert: over > 0,
    // Of n + m rows alike, the largest is among the m with the chance m / (n + m); the margin of 1 % hardly changes it.
    false_alarm: errors.length / (rows + errors.length),
  };
}

function rangeOf(frame: Frame, name: string): number {
  const column = frame.columns.get(name)!;
  if (column.kind === 'categorical') throw new Error(`BUG: ${name} is text`);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}

function meanAbsoluteErrors(
  { columns, layers }: Scoring,
  ranges: readonly number[],
  frame: Frame,
): Float64Array {
  const layout = layoutOf(columns);
  const errors = new Float64Array(frame.rows);
  for (const { block, start } of blocksOf(frame, namesOf(columns))) {
    eachReconstruction(layers, encode(layout, block), layout.width, (row, original, made) => {
      let sum = 0;
      for (let i = 0; i < ranges.length; i++)
        sum += (Math.abs(original[i]! - made[i]!) * layout.numbers[i]!.scale) / ranges[i]!;
      errors[start + row] = sum / ranges.length;
    });
  }
  return errors;
}
