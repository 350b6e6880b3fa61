// How far scores are from the shares they promise. Of two classes the score of the positive one is asked; of more the
// highest score of each row, whether that class was right (Guo et al., "On calibration of modern neural networks", 2017).
import { type ClassificationData, unavailable, type Weighed } from './data.ts';
import { NOT_PROBABILITIES } from './probability-loss.ts';
import {
  binRows,
  confidencesOf,
  type Gaps,
  gapsOf,
  TEN_OF_EQUAL_WIDTH,
  topConfidences,
} from './reliability.ts';

/** Mean distance between score and share over the bins, by weight: torchmetrics' calibration error with norm l1. */
export function expectedCalibrationError(data: ClassificationData): Weighed {
  return fromBins(data, expectedError);
}

/** The largest distance of a bin: torchmetrics' calibration error with norm max. */
export function maximumCalibrationError(data: ClassificationData): Weighed {
  return fromBins(data, maximumError);
}

/** null when no bin holds weight. */
export function expectedError({ gaps, weight }: Gaps): number | null {
  let sum = 0;
  let total = 0;
  for (let bin = 0; bin < gaps.length; bin++) {
    sum += Math.abs(gaps[bin]!);
    total += weight[bin]!;
  }
  return total === 0 ? null : sum / total;
}

/** null when no bin holds weight. */
export function maximumError({ gaps, weight }: Gaps): number | null {
  let most: number | null = null;
  for (let bin = 0; bin < gaps.length; bin++)
    if (weight[bin]! > 0) most = Math.max(most ?? 0, Math.abs(gaps[bin]!) / weight[bin]!);
  return most;
}

function fromBins(data: ClassificationData, error: (of: Gaps) => number | null): Weighed {
  if (data.scores === null) return unavailable('there are no scores');
  if (!data.probabilities) return NOT_PROBABILITIES;
  const binned = binRows(
    data.positive === null ? topConfidences(data) : confidencesOf(data, data.positive),
    data.binning ?? TEN_OF_EQUAL_WIDTH,
  );
  return (weights) => error(gapsOf(binned, weights)) ?? { unavailable: 'all weights are zero' };
}
