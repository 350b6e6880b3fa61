// Drift by reconstruction error of principal components: numbers as NannyML has them (DataReconstructionDriftCalculator),
// and a decision that holds for few rows too. Components fitted on rows fit those rows best, so new rows of the same world
// have larger errors; only reference parts that took no part in fitting are a fair comparison.
import type { Frame } from '../frame/frame.ts';
import { mean } from '../stats/moments.ts';
import { quantile } from '../stats/quantile.ts';
import { rowsFrom } from '../stats/rows-from.ts';
import { attribute } from './attribution.ts';
import { errorHistogram } from './error-histogram.ts';
import { encodeRows, type FrequencyEncoder, fitFrequencyEncoder } from './frequency-encoder.ts';
import { concatenated, equalParts, standardError, thinned, threeSigma, within } from './parts.ts';
import {
  combine,
  lostNorms,
  lostParts,
  type Moments,
  momentsOf,
  noMoments,
  type PrincipalComponents,
  principalComponents,
} from './principal-components.ts';
import type { ErrorHistogram, PcaReport } from './report.ts';
import type { ColumnErrors, RowScores } from './row-scores.ts';
import { blocksOf, sampled } from './sampled.ts';
import type { UsedColumn } from './used-column.ts';

export interface Reconstruction {
  readonly report: PcaReport;
  readonly histogram: ErrorHistogram;
  readonly scores: RowScores;
}

const SHARE = 0.65;
/** More reference rows move the components by nothing that could be seen. */
const MOST_ROWS = 50_000;
/** Rows behind attributions. */
const ATTRIBUTED = 20_000;
/** Of held-out reference rows: over it a row is listed as an outlier. */
const ROW_QUANTILE = 0.99;

/**
 * @param timeParts row indexes of the reference in parts of its time; without, ten parts in the order of the rows
 * @returns why not, where the columns leave no error to look at
 */
export function pcaReconstruction(
  used: readonly UsedColumn[],
  reference: Frame,
  current: Frame,
  timeParts: readonly Int32Array[],
): Reconstruction | string {
  if (used.length < 2) return `needs two columns or more, there ${used.length === 1 ? 'is one' : 'are none'}`;
  const names = used.map(({ name }) => name);
  const fromTime = timeParts.length >= 2;
  const parts = fromTime ? timeParts : equalParts(reference.rows);
  const most = Math.ceil(MOST_ROWS / parts.length);
  const frames = parts.map((part) => sampled(reference, names, thinned(part, most)));
  const whole = sampled(reference, names, concatenated(parts.map((part) => thinned(part, most))));
  const encoders = used.map(({ name, kind }) =>
    fitFrequencyEncoder(whole.columns.get(name)!, kind === 'categorical'),
  );
  const blocks = frames.map((frame) => encodeRows(encoders, frame));
  const moments = blocks.map((block) => momentsOf(block, used.length));
  const all = moments.reduce((sum, each) => combine(sum, each, 1), noMoments(used.length));
  const model = principalComponents(all, SHARE);
  if (model.components === used.length)
    return `its columns have too little in common: ${Math.round(100 * SHARE)} % of the variance needs all ${used.length} components`;
  const fitted = blocks.map((block) => lostNorms(model, block));
  const heldOut = blocks.map((block, i) => lostNorms(without(all, moments[i]!), block));
  const now = scoreAll(model, encoders, current);
  return resultOf({ used, encoders, model, reference: blocks, current, fitted, heldOut, now, fromTime });
}

/** A part that makes up everything leaves nothing to fit: then it is judged as fitted. */
function without(all: Moments, part: Moments): PrincipalComponents {
  return principalComponents(all.rows > part.rows ? combine(all, part, -1) : all, SHARE);
}

interface Found {
  readonly used: readonly UsedColumn[];
  readonly encoders: readonly FrequencyEncoder[];
  readonly model: PrincipalComponents;
  readonly reference: readonly Float64Array[];
  readonly current: Frame;
  readonly fitted: readonly Float64Array[];
  readonly heldOut: readonly Float64Array[];
  readonly now: Float64Array;
  readonly fromTime: boolean;
}

function resultOf(found: Found): Reconstruction {
  const { used, model, encoders, current, fitted, heldOut, now } = found;
  const before = joined(fitted);
  const fair = joined(heldOut);
  const limits = threeSigma(Float64Array.from(fitted, mean));
  const error = { reference: mean(before), current: mean(now) };
  const held = {
    error: mean(fair),
    sampling_error: standardError(fair),
    limits: threeSigma(Float64Array.from(heldOut, mean)),
  };
  const sampling = { reference: standardError(before), current: standardError(now) };
  const decision = decide(error.current, sampling.current, held);
  const sorted = fair.slice().sort();
  const threshold = quantile(sorted, ROW_QUANTILE);
  return {
    report: {
      columns: used.length,
      components: model.components,
      variance: model.variance,
      rows: { reference: before.length, current: now.length },
      error,
      sampling_error: sampling,
      limits,
      chunks: fitted.length,
      chunks_from: found.fromTime ? 'time' : 'rows',
      alert: !within(error.current, limits),
      held_out: held,
      ...decision,
      attribution: attributionOf(found),
    },
    histogram: errorHistogram('pca', sorted, now.slice().sort(), threshold),
    scores: {
      by: 'pca',
      scores: now,
      threshold,
      usual: 1 - ROW_QUANTILE,
      columns: async (rows) => columnErrors(model, encoders, current, rows),
    },
  };
}

/** Outside what reference parts reach, and too far for chance: three standard errors of the difference, or without end. */
function decide(
  value: number,
  samplingError: number,
  held: PcaReport['held_out'],
): Pick<PcaReport, 'drifted' | 'reason'> {
  const outside = !within(value, held.limits);
  const apart = Math.abs(value - held.error) / Math.hypot(samplingError, held.sampling_error);
  if (!Number.isFinite(value))
    return { drifted: true, reason: 'some rows are so far from the reference that their error has no end' };
  const drifted = outside && apart > 3;
  const way = value > held.error ? 'rose' : 'fell';
  const { lower, upper } = held.limits;
  const range = `${short(lower)} to ${short(upper)}`;
  const reason = drifted
    ? `the error ${way} from ${short(held.error)} to ${short(value)}, parts of the reference reach ${range}`
    : outside
      ? `the error is ${short(value)}, outside of ${range}, but so few rows reach that by chance`
      : `the error is ${short(value)}, within the ${range} that parts of the reference reach`;
  return { drifted, reason };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function attributionOf({ used, model, encoders, reference, current }: Found): PcaReport['attribution'] {
  const names = used.map(({ name }) => name);
  const most = Math.ceil(ATTRIBUTED / reference.length) * names.length;
  const before = joined(reference.map((block) => lostParts(model, block.subarray(0, most))));
  const rows = thinned(rowsFrom(0, current.rows), ATTRIBUTED);
  return attribute(names, before.map(square), columnErrors(model, encoders, current, rows).errors);
}

function columnErrors(
  model: PrincipalComponents,
  encoders: readonly FrequencyEncoder[],
  frame: Frame,
  rows: Int32Array,
): ColumnErrors {
  const names = encoders.map(({ name }) => name);
  const lost = lostParts(model, encodeRows(encoders, sampled(frame, names, rows)));
  return { names, errors: lost.map(square) };
}

function scoreAll(
  model: PrincipalComponents,
  encoders: readonly FrequencyEncoder[],
  frame: Frame,
): Float64Array {
  const scores = new Float64Array(frame.rows);
  const names = encoders.map(({ name }) => name);
  for (const { block, start } of blocksOf(frame, names))
    scores.set(lostNorms(model, encodeRows(encoders, block)), start);
  return scores;
}

function joined(blocks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(blocks.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

function square(value: number): number {
  return value * value;
}
