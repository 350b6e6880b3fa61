// Where the model is weak: a small tree over the errors of one half of the rows says where to look, the other half says
// whether it is so. What a tree finds looks worse than it is on the rows that found it; only the held-out value counts.
import { randomFrom } from '../../util/random.ts';
import { type Column, type Frame, held, takeRows } from '../frame/frame.ts';
import { parseWhere, whereRows } from '../frame/where.ts';
import { bootstrapMeans } from '../stats/bootstrap.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import { sampleRows } from '../stats/sample.ts';
import { fitTree } from '../trees/cart.ts';
import { pruned } from '../trees/prune.ts';
import { halves } from './halves.ts';
import type { Measurable } from './measure.ts';
import type { EvaluateOptions } from './options.ts';
import type { WeakSegment, WeakSegmentsReport } from './report.ts';
import { type RowErrors, rowErrors } from './row-errors.ts';
import { searchedColumns, segmentFeature } from './segment-features.ts';
import { leavesOf, whereOf } from './segment-words.ts';

/** More rows of a half find no more: at 20,000 a part of 5 % has 1,000. */
const MAX_ROWS = 20_000;
const REPLICATES = 1000;
const ERROR = 0.05;
/** A split is chosen where it looks best, so the usual two standard errors are too few. */
const APART = 3;

/** @param names columns to search. null when there are none, or no errors of the kind asked for. */
export function weakSegments(
  frame: Frame,
  all: Measurable,
  names: readonly string[],
  options: EvaluateOptions,
): WeakSegmentsReport | null {
  if (options.weak_segments === null || names.length === 0) return null;
  const errors = rowErrors(all, options.weak_segments.error);
  if (errors === null) return null;
  const { columns, skipped } = searchedColumns(frame, names, options.columns);
  const [searched, heldOut] = halves(frame.rows, options.seed).map((rows, half) =>
    sampleRows(rows.length, MAX_ROWS, randomFrom(options.seed + half)).map((at) => rows[at]!),
  ) as [Int32Array, Int32Array];
  const side = (rows: Int32Array): Side => sideOf(rows, frame, errors.errors, all.data.weights);
  const [here, there] = [side(searched), side(heldOut)];
  const found = candidates(here, columns, options).slice(0, options.weak_segments.max);
  const level = 1 - ERROR / Math.max(1, found.length);
  const overall = meanOf(there, null);
  return {
    measure: errors.measure,
    better: errors.better,
    overall: errors.fromMean(overall),
    rows: { searched: searched.length, held_out: heldOut.length },
    columns: columns.map(({ name }) => name),
    skipped,
    level,
    segments: found
      .flatMap((each) => confirm(each, there, overall, { errors, level, frame, options }))
      .sort((a, b) => Number(b.weak) - Number(a.weak)),
  };
}

/** One half of the rows. */
interface Side {
  readonly rows: Int32Array;
  readonly frame: Frame;
  readonly errors: Float64Array;
  readonly weights: Float64Array | null;
}

function sideOf(rows: Int32Array, frame: Frame, errors: Float64Array, weights: Float64Array | null): Side {
  const take = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]!);
  return { rows, frame: takeRows(frame, rows), errors: take(errors), weights: weights && take(weights) };
}

interface Candidate {
  readonly where: string;
  readonly error: number;
}

/** Leaves with more error than all rows, most first. */
function candidates(side: Side, columns: readonly Column[], options: EvaluateOptions): Candidate[] {
  const { max_depth, min_share } = options.weak_segments!;
  const minRows = Math.max(options.privacy.min_count, options.min_slice_rows);
  const features = columns.map(({ name }) =>
    segmentFeature(held(side.frame.columns.get(name)!), options.privacy.min_count),
  );
  const byName = new Map(features.map((each) => [each.feature.name, each]));
  const { root } = fitTree(
    features.map(({ feature }) => feature),
    side.errors,
    {
      kind: 'regression',
      maxDepth: max_depth,
      minLeafRows: Math.max(Math.ceil(min_share * side.rows.length), minRows),
      weights: side.weights,
    },
  );
  const overall = meanOf(side, null);
  return leavesOf(pruned(root, APART))
    .filter(({ way }) => way.length > 0)
    .flatMap(({ way }): Candidate[] => {
      const where = whereOf(way, byName);
      if (where === null) return [];
      const rows = whereRows(parseWhere(where), side.frame);
      if (rows.length < Math.max(min_share * side.rows.length, minRows)) return [];
      const error = meanOf(side, rows);
      return error > overall ? [{ where, error }] : [];
    })
    .sort((a, b) => b.error - a.error);
}

function confirm(
  { where, error }: Candidate,
  side: Side,
  overall: number,
  {
    errors,
    level,
    frame,
    options,
  }: {
    readonly errors: RowErrors;
    readonly level: number;
    readonly frame: Frame;
    readonly options: EvaluateOptions;
  },
): WeakSegment[] {
  const filter = parseWhere(where);
  const rows = whereRows(filter, side.frame);
  if (rows.length < Math.max(options.privacy.min_count, options.min_slice_rows)) return [];
  const weights = Float64Array.from(rows, (row) => side.weights?.[row] ?? 1);
  const sums = Float64Array.from(rows, (row, at) => weights[at]! * side.errors[row]!);
  const means = bootstrapMeans({ sums, counts: weights }, REPLICATES, randomFrom(options.seed));
  // Only rows of weight 0, in the data or in a replicate.
  if (means.some(Number.isNaN)) return [];
  const [low, high] = percentileInterval([...means], level)!;
  const ends = [errors.fromMean(low), errors.fromMean(high)].sort((a, b) => a - b) as [number, number];
  const everywhere = whereRows(filter, frame).length;
  return [
    {
      where,
      rows: everywhere,
      share: everywhere / frame.rows,
      found: errors.fromMean(error),
      held_out: { rows: rows.length, value: errors.fromMean(meanOf(side, rows)), interval: ends },
      weak: low > overall,
    },
  ];
}

/** Of the rows at these places; null: of all. */
function meanOf({ errors, weights }: Side, rows: Int32Array | null): number {
  let sum = 0;
  let total = 0;
  const n = rows === null ? errors.length : rows.length;
  for (let at = 0; at < n; at++) {
    const row = rows === null ? at : rows[at]!;
    const weight = weights === null ? 1 : weights[row]!;
    sum += weight * errors[row]!;
    total += weight;
  }
  return total === 0 ? Number.NaN : sum / total;
}
