// Which columns go together otherwise than they did: Spearman's rank correlation of every pair of numbers, on both sides.
// Ranks, because neither outliers nor a change of unit should count as a change of what goes with what.
import type { Random } from '../../util/random.ts';
import type { Column, Frame } from '../frame/frame.ts';
import { benjaminiHochberg } from '../stats/adjust.ts';
import { autocorrelation } from '../stats/autocorrelation.ts';
import { gammaQ } from '../stats/gamma-q.ts';
import { quantile } from '../stats/quantile.ts';
import { sampleRows } from '../stats/sample.ts';
import { correlation, ranks } from '../stats/spearman.ts';
import { thinned } from './parts.ts';
import type { PairChange, SpearmanReport } from './report.ts';
import { sampled } from './sampled.ts';

export interface CorrelationMethod {
  /** Smaller changes are none, however significant. */
  readonly floor: number;
  readonly alpha: number;
  readonly minRows: number;
}

/** With so many rows the error of a correlation is under 0.01: more would only take time. */
const MOST_ROWS = 20_000;
const SHOWN = 5;

/**
 * @param names numeric columns of both frames
 * @param timeParts row indexes of the reference in parts of its time, which raise limits to what parts reach
 * @returns why not, where no pair could be compared
 */
export function correlationChange(
  names: readonly string[],
  reference: Frame,
  current: Frame,
  timeParts: readonly Int32Array[],
  method: CorrelationMethod,
  random: Random,
): SpearmanReport | string {
  if (names.length < 2) return 'needs two numeric columns or more';
  const rows = {
    reference: sampleRows(reference.rows, MOST_ROWS, random),
    current: sampleRows(current.rows, MOST_ROWS, random),
  };
  const before = correlationsOf(names, reference, rows.reference);
  const now = correlationsOf(names, current, rows.current);
  const chances = limitsOf(names, reference, timeParts);
  const tested = pairsOf(names.length).flatMap(([i, j], at) => {
    const [a, b] = [before[at]!, now[at]!];
    if (a.rho === null || b.rho === null || Math.min(a.rows, b.rows) < method.minRows) return [];
    const limit = Math.max(method.floor, chances?.[at] ?? 0);
    const pair = [names[i]!, names[j]!] as const;
    const p = changeP(a.rho, a.effective, b.rho, b.effective);
    return [{ pair, reference: a.rho, current: b.rho, limit, p }];
  });
  if (tested.length === 0) return 'no pair of numeric columns varies in enough rows on both sides';
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  const changes = tested.map((each, at) => changeOf(each, adjusted[at]!, method.alpha));
  const changed = changes.filter((each) => each.changed).length;
  return {
    columns: names.length,
    pairs: tested.length,
    rows: { reference: rows.reference.length, current: rows.current.length },
    changed,
    largest: changes.reduce((most, { change }) => Math.max(most, Math.abs(change)), 0),
    floor: method.floor,
    alpha: method.alpha,
    drifted: changed > 0,
    top: changes
      .sort((a, b) => Number(b.changed) - Number(a.changed) || Math.abs(b.change) - Math.abs(a.change))
      .slice(0, SHOWN),
  };
}

interface Tested {
  readonly pair: readonly [string, string];
  readonly reference: number;
  readonly current: number;
  readonly limit: number;
  readonly p: number;
}

function changeOf({ pair, reference, current, limit }: Tested, p: number, alpha: number): PairChange {
  const change = current - reference;
  return {
    columns: pair,
    reference,
    current,
    change,
    p_adjusted: p,
    limit,
    changed: p <= alpha && Math.abs(change) >= limit,
    text: inWords(pair, reference, current),
  };
}

function inWords([one, other]: readonly [string, string], reference: number, current: number): string {
  const [before, now] = [bond(reference), bond(current)];
  const was = `${one} and ${other} ${before} (ρ ${twoDigits(reference)})`;
  const more = Math.abs(current) > Math.abs(reference) ? 'more' : 'less';
  return `${was}, now ${before === now ? more : `they ${now}`} (ρ ${twoDigits(current)})`;
}

function bond(rho: number): string {
  const size = Math.abs(rho);
  if (size < 0.1) return 'have nothing in common';
  const how = size >= 0.7 ? 'closely' : size >= 0.4 ? 'clearly' : 'loosely';
  return rho > 0 ? `go ${how} together` : `go ${how} against each other`;
}

function twoDigits(rho: number): string {
  return rho.toFixed(2).replace('-', '−');
}

interface Rho {
  readonly rho: number | null;
  readonly rows: number;
  /** As many independent rows would say as much. */
  readonly effective: number;
}

/** Every two of 0 … count − 1. */
function pairsOf(count: number): (readonly [number, number])[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count - i - 1 }, (__, j) => [i, i + j + 1] as const),
  ).flat();
}

/** One for each of `pairsOf`, over the rows where both have a number. */
function correlationsOf(names: readonly string[], frame: Frame, rows: Int32Array): Rho[] {
  const { columns: cells } = sampled(frame, names, rows);
  const columns = names.map((name) => numbersOf(cells.get(name)!));
  const complete = columns.map((values) => (values.every(Number.isFinite) ? rankedOf(values) : null));
  return pairsOf(names.length).map(([i, j]) => {
    if (complete[i] && complete[j]) return rhoOf(complete[i], complete[j]);
    const both = (_: number, at: number) =>
      Number.isFinite(columns[i]![at]!) && Number.isFinite(columns[j]![at]!);
    return rhoOf(rankedOf(columns[i]!.filter(both)), rankedOf(columns[j]!.filter(both)));
  });
}

interface Ranked {
  readonly ranks: Float64Array;
  /** How much a row goes with the one before it. */
  readonly lag: number;
}

function rankedOf(values: Float64Array): Ranked {
  const ranked = ranks(values);
  return { ranks: ranked, lag: autocorrelation(ranked) ?? 0 };
}

/**
 * Rows in time repeat each other: two columns that both wander have n (1 − r₁r₂) / (1 + r₁r₂) rows' worth of independent
 * ones (Bartlett 1935), with the autocorrelations r. Where rows are independent that is n.
 */
function rhoOf(a: Ranked, b: Ranked): Rho {
  const rows = a.ranks.length;
  const together = Math.max(0, a.lag * b.lag);
  return {
    rho: correlation(a.ranks, b.ranks),
    rows,
    effective: Math.max(4, (rows * (1 - together)) / (1 + together)),
  };
}

function numbersOf(column: Column): Float64Array {
  if (column.kind === 'categorical') throw new Error(`BUG: ${column.name} is text`);
  return column.values;
}

/** How far one part of the reference is from the others, 95 % of the time; null without parts. */
function limitsOf(
  names: readonly string[],
  reference: Frame,
  parts: readonly Int32Array[],
): readonly number[] | null {
  if (parts.length < 2) return null;
  const each = parts.map((part) =>
    correlationsOf(names, reference, thinned(part, Math.ceil(MOST_ROWS / parts.length))),
  );
  return pairsOf(names.length).map((_, at) => {
    const rhos = each.flatMap((part) => part[at]!.rho ?? []);
    const sum = rhos.reduce((total, rho) => total + rho, 0);
    const apart = rhos.map((rho) => Math.abs(rho - (sum - rho) / (rhos.length - 1)));
    return rhos.length < 2
      ? 0
      : quantile(
          apart.sort((a, b) => a - b),
          0.95,
        );
  });
}

/**
 * Two-sided p of a difference on Fisher's scale, atanh ρ, with the variance (1 + ρ²/2) / (n − 3) of Bonett and Wright
 * (2000), which holds for ranks where 1 / (n − 3) is too small. `n` and `m`: as many independent rows as there are.
 */
function changeP(a: number, n: number, b: number, m: number): number {
  if (a === b) return 1;
  const scale = (rho: number) => Math.atanh(Math.max(-MOST, Math.min(MOST, rho)));
  const variance = (1 + (a * a) / 2) / (n - 3) + (1 + (b * b) / 2) / (m - 3);
  const z = (scale(a) - scale(b)) / Math.sqrt(variance);
  return gammaQ(0.5, (z * z) / 2);
}

/** Where all rows are in the same order, atanh has no end. */
const MOST = 1 - 1e-9;
