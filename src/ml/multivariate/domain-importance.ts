// Which columns tell the two data sets apart: the area lost when a column is shuffled among rows that the models never saw,
// and what the splits on it gained while they learned.
import type { Random } from '../../util/random.ts';
import { permutationImportance, permutations } from '../explain/permutation-importance.ts';
import { gainImportance } from '../trees/boost.ts';
import { type BoostFeature, takeFeature } from '../trees/boost-feature.ts';
import { type DomainModels, domainScores } from './domain-scores.ts';
import type { DomainClassifierReport } from './report.ts';

const REPEATS = 3;
/** Shuffling each column costs as much as asking all models about all rows. */
const MOST_COLUMNS = 20;

/** Those with a gain, the largest drop first. `goodness` of the models' scores, one for each row. */
export async function domainImportance(
  models: DomainModels,
  features: readonly BoostFeature[],
  names: readonly string[],
  goodness: (scores: Float64Array) => number,
  random: Random,
): Promise<DomainClassifierReport['importance']> {
  const gains = features.map((_, at) =>
    models.models.reduce((sum, model) => sum + gainImportance(model)[at]!, 0),
  );
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const order = [...names.keys()].filter((at) => gains[at]! > 0).sort((a, b) => gains[b]! - gains[a]!);
  const asked = order.slice(0, MOST_COLUMNS);
  const rows = models.unseen.reduce((sum, { length }) => sum + length, 0);
  const found = await permutationImportance({
    rows,
    groups: asked.map((at) => ({ name: names[at]!, columns: [String(at)] })),
    orders: permutations(rows, REPEATS, random),
    predict: async (change) =>
      domainScores(
        models,
        features.map((feature, at) =>
          change?.columns[0] === String(at) ? takeFeature(feature, change.order) : feature,
        ),
      ),
    goodness,
    replicates: 0,
    level: 0.95,
    random,
  });
  return asked
    .map((at, i) => ({ column: names[at]!, drop: found.groups[i]!.mean, gain: gains[at]! / total }))
    .sort((a, b) => b.drop - a.drop || b.gain - a.gain);
}
