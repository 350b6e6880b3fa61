// Whether scores can be read as probabilities: the errors for the report, the bins for the page.
import { expectedError, maximumError } from '../metrics/calibration-error.ts';
import type { Binning, ClassificationData } from '../metrics/data.ts';
import {
  binRows,
  type Confidences,
  confidencesOf,
  gapsOf,
  type ReliabilityBin,
  reliabilityBins,
  TEN_OF_EQUAL_WIDTH,
  topConfidences,
} from '../metrics/reliability.ts';
import { wilson } from '../stats/wilson.ts';
import type { Measurable } from './measure.ts';
import type { CalibrationBin, CalibrationReport, EvaluateDetails, Label } from './report.ts';

/** null for numbers, and for scores that are not probabilities: `unavailable` of the metric says why. */
export function calibrationReport(
  all: Measurable,
  labels: readonly Label[],
  binning: Binning,
): CalibrationReport | null {
  if (all.kind === 'numbers' || all.data.scores === null || !all.data.probabilities) return null;
  const { data } = all;
  const errors = (of: Confidences): { expected: number; maximum: number } | null => {
    const gaps = gapsOf(binRows(of, binning), data.weights);
    const [expected, maximum] = [expectedError(gaps), maximumError(gaps)];
    return expected === null || maximum === null ? null : { expected, maximum };
  };
  const shown = data.positive === null ? [...labels.keys()].slice(0, MAX_CLASSES) : [data.positive];
  const whole = errors(data.positive === null ? topConfidences(data) : confidencesOf(data, data.positive));
  if (whole === null) return null;
  return {
    ...binning,
    of: data.positive === null ? 'top label' : 'positive',
    ...whole,
    classes: shown.flatMap((k) => {
      const error = errors(confidencesOf(data, k));
      return error === null ? [] : [{ label: labels[k]!, ...error }];
    }),
  };
}

/** A report names no more classes than this. */
const MAX_CLASSES = 50;

export function calibrationCurves(
  data: ClassificationData,
  shown: readonly number[],
  labels: readonly Label[],
): Pick<EvaluateDetails, 'calibration' | 'calibration_top'> {
  const binning = data.binning ?? TEN_OF_EQUAL_WIDTH;
  const bins = (of: Confidences): CalibrationBin[] =>
    reliabilityBins(binRows(of, binning), data.weights).map(drawn);
  return {
    calibration: shown.map((k) => ({ label: labels[k]!, bins: bins(confidencesOf(data, k)) })),
    calibration_top: data.positive === null ? bins(topConfidences(data)) : null,
  };
}

/** Kish's count of rows of equal weight that would tell as much stands in for the rows. */
function drawn({ rows, weight, squares, score, share }: ReliabilityBin): CalibrationBin {
  return { count: rows, score, share, interval: wilson(share, (weight * weight) / squares) };
}
