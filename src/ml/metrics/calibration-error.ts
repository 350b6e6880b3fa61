// How far scores are from the shares they promise. Of two classes the score of the positive one is asked; of more the
// highest score of each row, whether that class was right (Guo et al., "On calibration of modern neural networks", 2017).
import { type ClassificationData, unavailable, type Weighed } from './data.ts';
import { NOT_PROBABILITIES } from './probability-loss.ts';
import {
  binRows,
  confidencesOf,
  type ReliabilityBin,
  reliabilityBins,
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

export function expectedError(bins: readonly ReliabilityBin[]): number {
  let sum = 0;
  let total = 0;
  for (const { weight, score, share } of bins) {
    sum += weight * Math.abs(share - score);
    total += weight;
  }
  return sum / total;
}

export function maximumError(bins: readonly ReliabilityBin[]): number {
  return Math.max(...bins.map(({ score, share }) => Math.abs(share - score)));
}

function fromBins(data: ClassificationData, error: (bins: readonly ReliabilityBin[]) => number): Weighed {
  if (data.scores === null) return unavailable('there are no scores');
  if (!data.probabilities) return NOT_PROBABILITIES;
  const binned = binRows(
    data.positive === null ? topConfidences(data) : confidencesOf(data, data.positive),
    data.binning ?? TEN_OF_EQUAL_WIDTH,
  );
  return (weights) => {
    const bins = reliabilityBins(binned, weights);
    return bins.length === 0 ? { unavailable: 'all weights are zero' } : error(bins);
  };
}
