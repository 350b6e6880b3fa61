// Why a model does worse: what its scores foresaw, and what they did not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../src/ml/drift/estimate-report.ts';
import { lossKind } from '../../../src/ml/drift/foreseen.ts';
import type { Performance } from '../../../src/ml/drift/report.ts';

function realised(metric: string, reference: number, current: number): Performance {
  return { basis: 'labels', metric, reference, current, change: current - reference, ci95: null };
}

function estimated(metric: string, before: number, now: number, error = 0.01): Estimate {
  const point = (value: number) => ({
    rows: 2000,
    value,
    sampling_error: error,
    band: [value - 3 * error, value + 3 * error] as const,
    alert: false,
  });
  const limits = { lower: null, upper: null };
  return { metric, basis: 'cbpe', limits, reference: point(before), current: point(now), chunks: [] };
}

describe('a loss', () => {
  it.each([
    ['that the estimate shares', 0.76, 0.77, 'foreseen'],
    ['twice as large as the estimate says, within its band', 0.8, 0.815, 'foreseen'],
    ['of which the estimate knows nothing', 0.7, 0.83, 'unforeseen'],
    ['of which the estimate knows little, but within its band', 0.81, 0.829, null],
    ['of which the estimate knows most, yet beyond its band', 0.7, 0.75, null],
    ['that is none', 0.84, 0.77, null],
  ])('%s', (_, truth, estimate, kind) => {
    expect(lossKind(realised('accuracy', 0.83, truth), estimated('accuracy', 0.83, estimate))).toBe(kind);
  });

  it('of numbers is a rise', () => {
    const rise = realised('root_mean_squared_error', 1, 1.5);
    expect(lossKind(rise, estimated('root_mean_squared_error', 1, 1.48))).toBe('foreseen');
    expect(lossKind(rise, estimated('root_mean_squared_error', 1, 1.01))).toBe('unforeseen');
    expect(
      lossKind(realised('root_mean_squared_error', 1, 0.5), estimated('root_mean_squared_error', 1, 0.5)),
    ).toBeNull();
  });

  it('is not explained without labels, without an estimate, or by that of another metric', () => {
    expect(lossKind(null, estimated('accuracy', 0.8, 0.7))).toBeNull();
    expect(lossKind(realised('accuracy', 0.8, 0.7), null)).toBeNull();
    expect(lossKind(realised('accuracy', 0.8, 0.7), estimated('roc_auc', 0.8, 0.7))).toBeNull();
  });

  it('that grows never becomes foreseen', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (first, second, estimate) => {
        const guess = estimated('accuracy', 0.9, 0.9 * estimate);
        const kindOf = (now: number) => lossKind(realised('accuracy', 0.9, 0.9 * now), guess);
        const [less, more] = [Math.max(first, second), Math.min(first, second)];
        if (kindOf(less) === 'unforeseen') expect(kindOf(more)).toBe('unforeseen');
        if (kindOf(more) === 'foreseen' && less < 1) expect(kindOf(less)).toBe('foreseen');
      }),
    );
  });
});
