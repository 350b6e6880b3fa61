// Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019): how much worse a model gets when a column tells
// it nothing any more, because its values are dealt out to the rows anew. Says what the model relies on, not what causes
// the target; of two columns that tell the same, each can look needless.
//
// Agrees with scikit-learn's permutation_importance, given the same orders: mean and std over the repeats (ddof 0).
import type { Random } from '../../util/random.ts';
import { poisson } from '../metrics/poisson.ts';
import { mean, standardDeviation } from '../stats/moments.ts';
import { quantile } from '../stats/quantile.ts';

/** Columns that are permuted together, as those of one category are. */
export interface ColumnGroup {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ImportanceInput<Answers> {
  readonly rows: number;
  readonly groups: readonly ColumnGroup[];
  /** From `permutations`: for each repeat, the row from which each row takes its values. The same for every group. */
  readonly orders: readonly Int32Array[];
  /** What the model says of all rows when `columns` take their values in `order`; null: of the rows as they are. */
  predict(
    change: { readonly columns: readonly string[]; readonly order: Int32Array } | null,
  ): Promise<Answers>;
  /**
   * How good the answers are, more is better. `counts`: how often each row counts; null: each once. NaN when that cannot
   * be said, as for rows of one class.
   */
  goodness(answers: Answers, counts: Float64Array | null): number;
  /** Bootstrap replicates for the intervals, 0 for none; and how sure they are, such as 0.95. */
  readonly replicates: number;
  readonly level: number;
  readonly random: Random;
}

export interface Importance {
  readonly name: string;
  readonly columns: readonly string[];
  /** Goodness lost, for each repeat. */
  readonly drops: Float64Array;
  readonly mean: number;
  /** Over the repeats: the chance of the dealing alone. */
  readonly std: number;
  /** Of the mean, over rows and repeats; null without replicates, or when most of them have no goodness. */
  readonly interval: readonly [number, number] | null;
}

export interface Importances {
  /** Goodness of the answers to the rows as they are. */
  readonly baseline: number;
  /** As the groups. */
  readonly groups: readonly Importance[];
}

/** `repeats` random orders of the rows 0…n−1 (Fisher and Yates). */
export function permutations(rows: number, repeats: number, random: Random): readonly Int32Array[] {
  return Array.from({ length: repeats }, () => {
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    for (let last = rows - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    return order;
  });
}

/** Asks the model 1 + groups × repeats times about all rows. */
export async function permutationImportance<Answers>(input: ImportanceInput<Answers>): Promise<Importances> {
  const asTheyAre = await input.predict(null);
  const baseline = input.goodness(asTheyAre, null);
  const resamples = resamplesOf(input, asTheyAre);
  const groups: Importance[] = [];
  for (const { name, columns } of input.groups) {
    const answers: Answers[] = [];
    for (const order of input.orders) answers.push(await input.predict({ columns, order }));
    const drops = Float64Array.from(answers, (each) => baseline - input.goodness(each, null));
    groups.push({
      name,
      columns,
      drops,
      mean: mean(drops),
      std: standardDeviation(drops),
      interval: intervalOf(input, answers, resamples),
    });
  }
  return { baseline, groups };
}

/** One replicate: how often each row counts, which repeats it averages, and the goodness of the rows as they are. */
interface Resample {
  readonly counts: Float64Array;
  readonly repeats: Int32Array;
  readonly baseline: number;
}

/** Drawn once for all groups: their importances then differ by the groups, not by the draw. */
function resamplesOf<Answers>(
  { rows, orders, replicates, random, goodness }: ImportanceInput<Answers>,
  asTheyAre: Answers,
): readonly Resample[] {
  return Array.from({ length: replicates }, () => {
    const counts = Float64Array.from({ length: rows }, () => poisson(1, random));
    const repeats = Int32Array.from(orders, () => random.below(orders.length));
    return { counts, repeats, baseline: goodness(asTheyAre, counts) };
  });
}

/** Percentiles over the replicates; each repeat is measured once on the rows of a replicate, however often it was drawn. */
function intervalOf<Answers>(
  { goodness, level }: ImportanceInput<Answers>,
  answers: readonly Answers[],
  resamples: readonly Resample[],
): readonly [number, number] | null {
  const means = resamples.map(({ counts, repeats, baseline }) => {
    const measured = new Map<number, number>();
    let sum = 0;
    for (const repeat of repeats) {
      let value = measured.get(repeat);
      if (value === undefined) {
        value = goodness(answers[repeat]!, counts);
        measured.set(repeat, value);
      }
      sum += baseline - value;
    }
    return sum / repeats.length;
  });
  const known = Float64Array.from(means.filter(Number.isFinite)).sort();
  if (known.length === 0 || known.length < resamples.length / 2) return null;
  return [quantile(known, (1 - level) / 2), quantile(known, (1 + level) / 2)];
}
