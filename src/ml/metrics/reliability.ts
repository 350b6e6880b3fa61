// Scores beside what came of them: rows of like scores, their mean score and the share that was true. The bins of a
// reliability diagram, and what calibration errors are made of.
import { quantile } from '../stats/quantile.ts';
import type { Binning, ClassificationData } from './data.ts';

export const TEN_OF_EQUAL_WIDTH: Binning = { bins: 10, by: 'width' };

export interface ReliabilityBin {
  readonly rows: number;
  readonly weight: number;
  /** Σ w²: with the weight it says how many rows of weight 1 would tell as much. */
  readonly squares: number;
  /** Mean score, by weight. */
  readonly score: number;
  /** Share that was true, by weight. */
  readonly share: number;
}

/** One score a row, and whether it was true. */
export interface Confidences {
  readonly scores: Float64Array;
  readonly hits: Uint8Array;
}

/** The score of class `k` in every row; true where the row is of it. */
export function confidencesOf({ truth, scores, classes }: ClassificationData, k: number): Confidences {
  return {
    scores: Float64Array.from(truth, (_, row) => scores![row * classes + k]!),
    hits: Uint8Array.from(truth, (each) => (each === k ? 1 : 0)),
  };
}

/** The highest score of every row, ties to the lower class; true where the row is of that class. */
export function topConfidences({ truth, scores, classes }: ClassificationData): Confidences {
  const top = new Float64Array(truth.length);
  const hits = new Uint8Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    let best = row * classes;
    for (let at = best + 1; at < (row + 1) * classes; at++) if (scores![at]! > scores![best]!) best = at;
    top[row] = scores![best]!;
    hits[row] = truth[row] === best - row * classes ? 1 : 0;
  }
  return { scores: top, hits };
}

export interface Binned extends Confidences {
  /** Of each row. */
  readonly bin: Uint32Array;
  readonly bins: number;
}

/** A bin holds low < score ≤ high, the first also its low end. */
export function binRows(of: Confidences, binning: Binning): Binned {
  const edges = innerEdges(of.scores, binning);
  const bin = new Uint32Array(of.scores.length);
  for (let row = 0; row < bin.length; row++) bin[row] = edgesUnder(edges, of.scores[row]!);
  return { ...of, bin, bins: edges.length + 1 };
}

/** The bins that hold weight. Agrees with sklearn.calibration.calibration_curve. */
export function reliabilityBins(
  { scores, hits, bin, bins }: Binned,
  weights: Float64Array | null,
): readonly ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ rows: 0, weight: 0, squares: 0, score: 0, hits: 0 }));
  for (let row = 0; row < bin.length; row++) {
    const sum = sums[bin[row]!]!;
    const weight = weights === null ? 1 : weights[row]!;
    sum.rows++;
    sum.weight += weight;
    sum.squares += weight * weight;
    sum.score += weight * scores[row]!;
    sum.hits += weight * hits[row]!;
  }
  return sums
    .filter(({ weight }) => weight > 0)
    .map((sum) => ({
      rows: sum.rows,
      weight: sum.weight,
      squares: sum.squares,
      score: sum.score / sum.weight,
      share: sum.hits / sum.weight,
    }));
}

function innerEdges(scores: Float64Array, { bins, by }: Binning): number[] {
  const inner = Array.from({ length: bins - 1 }, (_, at) => (at + 1) * (1 / bins));
  if (by === 'width') return inner;
  const sorted = scores.slice().sort();
  return inner.map((share) => quantile(sorted, share));
}

function edgesUnder(edges: readonly number[], score: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}
