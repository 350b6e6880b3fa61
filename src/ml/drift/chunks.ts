// The reference cut into parts along its time column. What one part reaches against the rest is what the world does by
// itself: seasons, weekdays, slow change. A limit below that would call every new month drift.
import type { Column } from '../frame/frame.ts';
import { chi2Contingency } from '../stats/chi2-contingency.ts';
import { cramersV } from '../stats/cramers-v.ts';
import { jensenShannon } from '../stats/jensen-shannon.ts';
import { ksStatistic } from '../stats/ks.ts';
import { mergeCells } from '../stats/merge-cells.ts';
import { standardDeviation } from '../stats/moments.ts';
import { quantile } from '../stats/quantile.ts';
import { countInBins, quantileEdges } from '../stats/quantile-bins.ts';
import { sharesOf } from '../stats/shares.ts';
import { totalVariation } from '../stats/total-variation.ts';
import { wasserstein } from '../stats/wasserstein.ts';
import type { Effect } from './report.ts';
import { type CategoricalSide, categoricalSide, type NumericSide, numericSideOf } from './sides.ts';
import { bySpan, chunkRule, orderOf, partsOf, timesOf } from './split.ts';

/** Row indexes of each part, in time order. */
export type Chunks = readonly Int32Array[];

/**
 * Parts of the reference as long as `chunk` says (`500 rows`, `P7D`), else as long as the current window; parts under
 * `minRows` are left out.
 */
export function chunksOf(time: Column, current: Column, chunk: string | null, minRows: number): Chunks {
  const values = timesOf(time);
  const order = orderOf(values);
  const span = chunk === null ? windowOf(timesOf(current)) : 0;
  if (order.length === 0 || (chunk === null && !(span > 0))) return [];
  const parts = chunk
    ? partsOf(order, values, time, chunkRule(chunk), 'auto')
    : bySpan(order, values, span, 'auto');
  return parts.filter((part) => part.length >= minRows);
}

/** From the first to the last row, and one mean step more: a window of 31 days has 31 rows, 30 steps apart. */
function windowOf(times: Float64Array): number {
  const sorted = times.filter(Number.isFinite).sort();
  if (sorted.length < 2) return 0;
  return ((sorted.at(-1)! - sorted[0]!) * sorted.length) / (sorted.length - 1);
}

/** The effect of each part against all other rows. Parts without a value count as no change. */
export function chunkEffects(
  column: Column,
  side: NumericSide | CategoricalSide,
  effect: Effect,
  bins: number,
  chunks: Chunks,
): Float64Array {
  if ('sorted' in side && column.kind !== 'categorical')
    return Float64Array.from(chunks, (rows) =>
      numericEffect(effect, side.sorted, numericSideOf(valuesAt(column.values, rows)).sorted, bins),
    );
  return Float64Array.from(chunks, (rows) =>
    categoricalEffect(effect, side as CategoricalSide, categoricalSide(takeRows(column, rows))),
  );
}

/** The effect of some rows of another frame against all of the reference. No value there = no change. */
export function effectAgainst(
  effect: Effect,
  reference: NumericSide | CategoricalSide,
  column: Column,
  rows: Int32Array,
  bins: number,
): number {
  if ('sorted' in reference && column.kind !== 'categorical') {
    const part = numericSideOf(valuesAt(column.values, rows)).sorted;
    return part.length === 0 || reference.sorted.length === 0
      ? 0
      : numericDistance(effect, reference.sorted, part, bins);
  }
  const part = categoricalSide(takeRows(column, rows));
  return categoricalDistance(effect, (reference as CategoricalSide).counts, part.counts);
}

export function percentile95(effects: Float64Array): number {
  return quantile(effects.slice().sort(), 0.95);
}

/**
 * Part against rest, without sorting the rest: with n rows in all and c in the part, F_part − F_rest is
 * n / (n − c) · (F_part − F_all), so KS and Wasserstein against all rows only need that factor.
 */
export function numericEffect(effect: Effect, all: Float64Array, part: Float64Array, bins: number): number {
  if (part.length === 0 || part.length >= all.length) return 0;
  const apart = all.length / (all.length - part.length);
  if (effect !== 'js') return apart * numericDistance(effect, all, part, bins);
  const edges = quantileEdges(all, bins);
  const inPart = countInBins(part, edges);
  const rest = countInBins(all, edges).map((count, i) => count - inPart[i]!);
  return jensenShannon(sharesOf(rest), sharesOf(inPart));
}

/** Two sorted samples, neither empty. */
function numericDistance(effect: Effect, all: Float64Array, part: Float64Array, bins: number): number {
  if (effect === 'ks') return ksStatistic(all, part);
  if (effect === 'wasserstein_norm') {
    const sigma = standardDeviation(all);
    return sigma > 0 ? wasserstein(all, part) / sigma : 0;
  }
  const edges = quantileEdges(all, bins);
  return jensenShannon(sharesOf(countInBins(all, edges)), sharesOf(countInBins(part, edges)));
}

function categoricalEffect(effect: Effect, all: CategoricalSide, part: CategoricalSide): number {
  const rest = new Map(
    [...all.counts].map(([name, count]) => [name, count - (part.counts.get(name) ?? 0)] as const),
  );
  return categoricalDistance(effect, rest, part.counts);
}

type Counts = ReadonlyMap<string, number>;

function categoricalDistance(effect: Effect, a: Counts, b: Counts): number {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const [inA, inB] = [a, b].map((counts) => names.map((name) => counts.get(name) ?? 0));
  const [rowsA, rowsB] = [inA!, inB!].map((counts) => counts.reduce((sum, each) => sum + each, 0));
  if (rowsA === 0 || rowsB === 0) return 0;
  if (effect === 'cramers_v') {
    const cells = mergeCells(inA!, inB!);
    const test = chi2Contingency(cells.a, cells.b);
    return test ? cramersV(test.statistic, rowsA! + rowsB!, cells.a.length) : 0;
  }
  return (effect === 'tvd' ? totalVariation : jensenShannon)(sharesOf(inA!), sharesOf(inB!));
}

function valuesAt(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

function takeRows(column: Column, rows: Int32Array): Column {
  return column.kind === 'categorical'
    ? { ...column, codes: rows.map((row) => column.codes[row]!) }
    : { ...column, values: valuesAt(column.values, rows) };
}
