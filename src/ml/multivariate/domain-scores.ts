// Can a model tell two data sets apart? Boosted trees learn on four fifths which rows are current, and say so of the last
// fifth, five times: every row is judged by a model that never saw it. As NannyML's domain classifier, with its defaults.
import { type BoostModel, boostScores, fitBoost } from '../trees/boost.ts';
import { type BoostFeature, takeFeature } from '../trees/boost-feature.ts';
import { probabilityOf } from '../trees/boost-objective.ts';
import { stratifiedFolds } from './stratified-folds.ts';

export const FOLDS = 5;

export interface DomainModels {
  readonly models: readonly BoostModel[];
  /** Rows that each model did not see. */
  readonly unseen: readonly Int32Array[];
}

/** `current`: 1 for a current row, 0 for one of the reference; at least one of each. */
export function fitDomainModels(features: readonly BoostFeature[], current: Uint8Array): DomainModels {
  const folds = stratifiedFolds(current, FOLDS);
  const rows = Int32Array.from(current.keys());
  const unseen = Array.from({ length: FOLDS }, (_, fold) => rows.filter((row) => folds[row] === fold));
  const models = unseen.map((_, fold) => {
    const seen = rows.filter((row) => folds[row] !== fold);
    const target = Float64Array.from(seen, (row) => current[row]!);
    return fitBoost(
      features.map((feature) => takeFeature(feature, seen)),
      target,
      'binary',
    );
  });
  return { models, unseen };
}

/** For each row, the probability of being current, from the model that did not see it. */
export function domainScores(
  { models, unseen }: DomainModels,
  features: readonly BoostFeature[],
): Float64Array {
  const scores = new Float64Array(unseen.reduce((sum, { length }) => sum + length, 0));
  models.forEach((model, fold) => {
    const rows = unseen[fold]!;
    const taken = features.map((feature) => takeFeature(feature, rows));
    boostScores(model, taken, rows.length).forEach((score, i) => {
      scores[rows[i]!] = probabilityOf(score);
    });
  });
  return scores;
}
