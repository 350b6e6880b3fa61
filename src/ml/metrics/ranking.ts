// Rows in the order of their score for one class, against all others: what ROC and precision-recall curves are made of.
import { descendingOrder } from '../stats/order.ts';

export interface RankedRows {
  /** Rows from the highest score to the lowest. */
  readonly order: Uint32Array;
  /** By place: 1 where the next row has a lower score, 0 where it is tied. */
  readonly last: Uint8Array;
  /** By place: 1 where the row is of the class. */
  readonly hits: Uint8Array;
}

/** @param scores rows × classes; those of class `label` rank the rows. */
export function rankRows(
  truth: Int32Array,
  scores: Float64Array,
  classes: number,
  label: number,
): RankedRows {
  const rows = truth.length;
  const score = new Float64Array(rows);
  for (let row = 0; row < rows; row++) score[row] = scores[row * classes + label]!;
  const order = descendingOrder(score);
  const last = new Uint8Array(rows);
  const hits = new Uint8Array(rows);
  for (let at = 0; at < rows; at++) {
    const row = order[at]!;
    last[at] = at + 1 < rows && score[order[at + 1]!] === score[row] ? 0 : 1;
    hits[at] = truth[row] === label ? 1 : 0;
  }
  return { order, last, hits };
}

/** The weights of ranked rows by place; null = every row counts 1. */
export type ByPlace = (ranked: RankedRows) => Float64Array | null;

/**
 * Puts the weights of rows by place, once for all metrics that ask: rows of like scores lie far from each other, and to
 * fetch their weights takes longer than what is computed with them. What `ByPlace` gives holds until it is made again.
 */
export function placing(): (weights: Float64Array | null) => ByPlace {
  const buffers = new Map<RankedRows, Float64Array>();
  return (weights) => {
    const placed = new Set<RankedRows>();
    return (ranked) => {
      if (weights === null) return null;
      const { order } = ranked;
      const buffer = buffers.get(ranked) ?? new Float64Array(order.length);
      if (placed.has(ranked)) return buffer;
      for (let at = 0; at < order.length; at++) buffer[at] = weights[order[at]!]!;
      buffers.set(ranked, buffer);
      placed.add(ranked);
      return buffer;
    };
  };
}

/** At each distinct score, from the highest: sums of the weights of positive and of other rows with that score or more. */
export interface Ranking {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

export function rank(
  truth: Int32Array,
  scores: Float64Array,
  classes: number,
  label: number,
  weights: Float64Array | null,
): Ranking {
  const { order, last, hits } = rankRows(truth, scores, classes, label);
  const rows = truth.length;
  const thresholds = new Float64Array(rows);
  const truePositives = new Float64Array(rows);
  const falsePositives = new Float64Array(rows);
  let distinct = 0;
  let positive = 0;
  let other = 0;
  for (let at = 0; at < rows; at++) {
    const row = order[at]!;
    const weight = weights === null ? 1 : weights[row]!;
    if (hits[at] === 1) positive += weight;
    else other += weight;
    if (last[at] === 0) continue;
    thresholds[distinct] = scores[row * classes + label]!;
    truePositives[distinct] = positive;
    falsePositives[distinct] = other;
    distinct++;
  }
  return {
    thresholds: thresholds.slice(0, distinct),
    truePositives: truePositives.slice(0, distinct),
    falsePositives: falsePositives.slice(0, distinct),
  };
}
