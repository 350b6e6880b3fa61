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
  const own = new Float64Array(truth.length);
  const hits = new Uint8Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    own[row] = scores![row * classes + k]!;
    hits[row] = truth[row] === k ? 1 : 0;
  }
  return { scores: own, hits };
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
  const rows = new Uint32Array(bins);
  const [weight, squares, score, hit] = Array.from({ length: 4 }, () => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < bin.length; row++) {
    const at = bin[row]!;
    const w = weights === null ? 1 : weights[row]!;
    rows[at]!++;
    weight[at]! += w;
    squares[at]! += w * w;
    score[at]! += w * scores[row]!;
    hit[at]! += w * hits[row]!;
  }
  return Array.from(rows, (count, at) => ({
    rows: count,
    weight: weight[at]!,
    squares: squares[at]!,
    score: score[at]! / weight[at]!,
    share: hit[at]! / weight[at]!,
  })).filter((each) => each.weight > 0);
}

/** Of each bin: Σ w · (was true − score), and Σ w. */
export interface Gaps {
  readonly gaps: Float64Array;
  readonly weight: Float64Array;
}

/** All that calibration errors need of the bins: a replicate of a bootstrap asks for no more. */
export function gapsOf({ scores, hits, bin, bins }: Binned, weights: Float64Array | null): Gaps {
  const gaps = new Float64Array(bins);
  const weight = new Float64Array(bins);
  for (let row = 0; row < bin.length; row++) {
    const at = bin[row]!;
    const w = weights === null ? 1 : weights[row]!;
    gaps[at]! += w * (hits[row]! - scores[row]!);
    weight[at]! += w;
  }
  return { gaps, weight };
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
