// What metrics would have been on other rows of the same kind: their values over replicates of the Poisson bootstrap, in
// which each row counts Poisson(1) times. Predictions of two models are judged on the same replicates, so that chance in
// the rows, which helps or hurts both, drops out of their difference.
// Chamandy et al., "Estimating uncertainty for massive data streams", 2012.
import { randomFrom } from '../../util/random.ts';
import { confusionReplicates } from './confusion-replicates.ts';
import type { ClassificationData, Computed, RegressionData } from './data.ts';
import { poissonWeights } from './poisson-weights.ts';
import { type Metric, type Weigh, weighClassification, weighRegression } from './table.ts';

/** What the metrics of the table take. */
export type Measurable =
  | { readonly kind: 'classes'; readonly data: ClassificationData }
  | { readonly kind: 'numbers'; readonly data: RegressionData };

/** How often rows are drawn again. */
export interface Draws {
  /** For metrics of counts, where a replicate costs a draw a cell. */
  readonly ofCells: number;
  /** For all others, and for weighted rows: a draw a row. */
  readonly ofRows: number;
  readonly seed: number;
}

/** Metric → its value in each replicate; NaN where it cannot be computed. */
export type Replicates = ReadonlyMap<string, Float64Array>;

/**
 * Replicates of `metrics` for each of `sets`: predictions of the same rows, with the same truth and weights. A metric whose
 * bootstrap says nothing (`noInterval`) has none.
 */
export function replicatesOf(
  metrics: readonly Metric[],
  sets: readonly Measurable[],
  { ofCells, ofRows, seed }: Draws,
): readonly Replicates[] {
  const wanted = metrics.filter(({ noInterval }) => noInterval === undefined);
  const counted = countable(sets);
  const byCells = counted ? wanted.filter(({ kind }) => kind === 'confusion') : [];
  const byRows = wanted.filter((metric) => !byCells.includes(metric));
  const cells = counted ? confusionReplicates(byCells, counted, ofCells, randomFrom(seed)) : [];
  const rows = rowReplicates(byRows, sets, ofRows, seed);
  return sets.map((_, at) => new Map([...(cells[at] ?? []), ...rows[at]!]));
}

/** Rows without weights that differ in true and predicted class alone: then cells of rows can be drawn. */
function countable(sets: readonly Measurable[]): readonly ClassificationData[] | null {
  const classes = sets.flatMap((each) => (each.kind === 'classes' ? [each.data] : []));
  return classes.length === sets.length && classes.every(({ weights }) => weights === null) ? classes : null;
}

function rowReplicates(
  metrics: readonly Metric[],
  sets: readonly Measurable[],
  replicates: number,
  seed: number,
): readonly Replicates[] {
  const weighs = sets.map((each) => weigh(metrics, each));
  const samples = sets.map(
    () => new Map(metrics.map(({ name }) => [name, new Float64Array(replicates)] as const)),
  );
  if (metrics.length === 0) return samples;
  const draw = poissonWeights();
  const random = randomFrom(seed);
  const { truth, weights: base } = sets[0]!.data;
  const weights = new Float64Array(truth.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    draw(weights, base, random);
    weighs.forEach((each, at) => {
      for (const [name, value] of each(weights)) samples[at]!.get(name)![replicate] = numberOf(value);
    });
  }
  return samples;
}

function weigh(metrics: readonly Metric[], of: Measurable): Weigh {
  return of.kind === 'classes' ? weighClassification(metrics, of.data) : weighRegression(metrics, of.data);
}

function numberOf(value: Computed | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}
