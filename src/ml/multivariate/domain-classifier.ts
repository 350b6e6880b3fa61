// Reference against current, all columns at once: how well a model tells them apart, whether that is more than chance and more
// than parts of the reference differ among themselves, and which columns give them away.
import type { Finding } from '../../core/finding.ts';
import { type Random, randomFrom } from '../../util/random.ts';
import { type Ranking, rank, rankRows } from '../metrics/ranking.ts';
import { areaUnderRoc } from '../metrics/roc-auc.ts';
import { delongError, nullError } from '../metrics/roc-auc-interval.ts';
import { normalCdf } from '../stats/normal.ts';
import { quantile } from '../stats/quantile.ts';
import { sampleRows } from '../stats/sample.ts';
import type { BoostFeature } from '../trees/boost-feature.ts';
import { type DomainColumn, type DomainRows, domainFeature } from './domain-features.ts';
import { domainImportance } from './domain-importance.ts';
import { domainScores, FOLDS, fitDomainModels } from './domain-scores.ts';
import type { DomainOptions } from './options.ts';
import type { DomainClassifierReport } from './report.ts';

export interface DomainInput {
  readonly columns: readonly DomainColumn[];
  readonly rows: { readonly reference: number; readonly current: number };
  /** Parts of the reference, by row, that calibrate the limit; none = only the floor counts. */
  readonly parts: readonly Int32Array[];
  readonly alpha: number;
  readonly minRows: number;
  readonly seed: number;
}

/** What was found, or why nothing could be. */
export async function domainClassifier(
  input: DomainInput,
  options: DomainOptions,
): Promise<DomainClassifierReport | string> {
  const { columns, minRows, alpha } = input;
  const least = Math.min(input.rows.reference, input.rows.current);
  if (columns.length === 0) return 'there is no numeric or categorical column';
  if (least < Math.max(minRows, FOLDS))
    return `insufficient data: ${least} rows, ${Math.max(minRows, FOLDS)} needed`;
  const random = randomFrom(input.seed);
  const rows = {
    reference: sampleRows(input.rows.reference, options.rows, random),
    current: sampleRows(input.rows.current, options.rows, random),
  };
  const told = tellApart(columns, rows);
  const p = chanceOf(told);
  const parts = partAreas(input, options, random);
  const fromParts = parts.length < 2 ? 0 : quantile(Float64Array.from(parts).sort(), 0.95);
  const limit = Math.max(options.floor, fromParts);
  const drifted = p <= alpha && told.area >= limit;
  return {
    rows: { reference: rows.reference.length, current: rows.current.length },
    columns: columns.length,
    folds: FOLDS,
    auroc: told.area,
    ci95: intervalOf(told),
    p,
    limit,
    limit_from: fromParts > options.floor ? 'chunks' : 'floor',
    chunks: parts.length,
    drifted,
    reason: reasonFor(told.area, p, limit, alpha),
    importance: drifted ? await importances(told, columns, random) : [],
  };
}

interface Told {
  readonly features: readonly BoostFeature[];
  readonly current: Uint8Array;
  readonly models: ReturnType<typeof fitDomainModels>;
  readonly ranking: Ranking;
  readonly area: number;
}

/** `rows` of both sides, at least one each. */
export function tellApart(columns: readonly DomainColumn[], rows: DomainRows): Told {
  const features = columns.map((column) => domainFeature(column, rows));
  const current = new Uint8Array(rows.reference.length + rows.current.length).fill(1, rows.reference.length);
  const models = fitDomainModels(features, current);
  const scores = domainScores(models, features);
  const ranking = rank(classesOf(current), scores, 1, 0, null);
  return { features, current, models, ranking, area: areaOf(current, scores) };
}

/** Class 0, whose scores they are, is the current one. */
function classesOf(current: Uint8Array): Int32Array {
  return Int32Array.from(current, (each) => 1 - each);
}

/** Area under the curve of `scores`; there are rows of both sides. */
export function areaOf(current: Uint8Array, scores: Float64Array): number {
  return areaUnderRoc(rankRows(classesOf(current), scores, 1, 0), null) as number;
}

/**
 * The five models share most of what they learn from, so the area varies more than that of one model (Nadeau and Bengio,
 * "Inference for the generalization error", Machine Learning 52, 2003): the variance of a mean over k folds grows from 1 / k
 * to 1 / k + 1 / (k − 1) of that of one fold. Measured on data without a change: 1.3 to 1.4 times the error, here 1.5.
 */
const OVERLAP = Math.sqrt(1 + FOLDS / (FOLDS - 1));

/** Of an area as high, or higher, where nothing changed. */
function chanceOf({ area, ranking }: Told): number {
  const error = OVERLAP * nullError(ranking);
  // Every score the same: nothing is told apart.
  if (!(error > 0)) return 1;
  return normalCdf((0.5 - area) / error);
}

function intervalOf({ area, ranking }: Told): readonly [number, number] {
  const reach = 1.959963984540054 * OVERLAP * delongError(ranking);
  return [Math.max(0, area - reach), Math.min(1, area + reach)];
}

const MOST_PARTS = 10;

/** How well each part of the reference is told from the rest of it: what the world does by itself. */
function partAreas(
  { parts, columns, rows, minRows }: DomainInput,
  options: DomainOptions,
  random: Random,
): number[] {
  const step = Math.max(1, parts.length / MOST_PARTS);
  const spread = parts.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  return spread.flatMap((part) => {
    const inside = new Set(part);
    const rest = Int32Array.from({ length: rows.reference }, (_, row) => row).filter(
      (row) => !inside.has(row),
    );
    if (Math.min(part.length, rest.length) < Math.max(minRows, FOLDS)) return [];
    const draw = (from: Int32Array) => sampleRows(from.length, options.rows, random).map((at) => from[at]!);
    const alone = columns.map((column) => ({ ...column, current: column.reference }));
    return [tellApart(alone, { reference: draw(rest), current: draw(part) }).area];
  });
}

async function importances(
  told: Told,
  columns: readonly DomainColumn[],
  random: Random,
): Promise<DomainClassifierReport['importance']> {
  const names = columns.map(({ name }) => name);
  const goodness = (scores: Float64Array) => areaOf(told.current, scores);
  return domainImportance(told.models, told.features, names, goodness, random);
}

function reasonFor(area: number, p: number, limit: number, alpha: number): string {
  const value = short(area);
  if (p > alpha) return `${value}: no more than chance can do where nothing changed`;
  return area < limit
    ? `better than chance, but ${value} is under its limit ${short(limit)}`
    : `${value} where 0.5 is chance, limit ${short(limit)}`;
}

const NAMED = 3;

export function domainFindings(report: DomainClassifierReport | null): Finding[] {
  if (!report?.drifted) return [];
  const { auroc, limit, importance } = report;
  const names = importance.slice(0, NAMED).map(({ column }) => column);
  const message = `a model can tell the two data sets apart: ${short(auroc)} where 0.5 is chance; what gives them away: ${names.join(', ')}`;
  return [
    { check: 'domain_classifier', subject: 'columns together', status: 'warn', message, value: auroc, limit },
  ];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
