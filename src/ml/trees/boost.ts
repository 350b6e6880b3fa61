// Gradient boosting with histograms (Friedman 2001; Ke et al. 2017): the trees that LightGBM 4.5 grows with its defaults, to
// the last bits that its float32 gradients leave. Without sampling of rows or columns, so nothing here is by chance.
import { binFeatures } from './boost-binned.ts';
import { type BoostFeature, numbersOf } from './boost-feature.ts';
import { type Grown, growTree, type Workshop } from './boost-grow.ts';
import { type ObjectiveName, objectiveOf } from './boost-objective.ts';
import { BOOST_DEFAULTS, type BoostOptions, EPSILON } from './boost-options.ts';
import { addTree, type BoostTree } from './boost-tree.ts';

export interface BoostModel {
  readonly objective: ObjectiveName;
  readonly trees: readonly BoostTree[];
  readonly features: number;
}

/**
 * `target`: numbers for `l2`; 0 and 1 for `binary`. No row, no usable column or a single class make a constant model.
 * Differs from LightGBM only where that samples rows to find bins (over 200,000), or joins sparse columns (over 10,000 rows).
 */
export function fitBoost(
  features: readonly BoostFeature[],
  target: Float64Array,
  objectiveName: ObjectiveName,
  settings: Partial<BoostOptions> = {},
): BoostModel {
  const options = { ...BOOST_DEFAULTS, ...settings };
  const objective = objectiveOf(objectiveName, target);
  const start = Math.abs(objective.start) > EPSILON ? objective.start : 0;
  const scores = new Float64Array(target.length).fill(start);
  const shop = objective.trains ? workshopFor(features, target.length, objectiveName, options) : null;
  const trees: BoostTree[] = [];
  while (shop && trees.length < options.trees) {
    const grown = growTree(shop, objective.gradientsAt(scores));
    if (grown.nodes.length === 0) break;
    const values = Float64Array.from(grown.leaves, ({ output }) => output * options.rate);
    grown.leaves.forEach(({ rows }, leaf) => {
      for (const row of rows) scores[row]! += values[leaf]!;
    });
    // The first tree carries the start.
    trees.push(treeOf(grown, trees.length === 0 ? values.map((value) => value + start) : values));
  }
  if (trees.length === 0) trees.push(constantTree(start, target.length));
  return { objective: objectiveName, trees, features: features.length };
}

function workshopFor(
  features: readonly BoostFeature[],
  rows: number,
  objective: ObjectiveName,
  options: BoostOptions,
): Workshop {
  return {
    columns: binFeatures(features, options),
    options,
    order: new Int32Array(rows),
    spare: new Int32Array(rows),
    gathered: {
      gradients: new Float32Array(rows),
      hessians: objective === 'l2' ? null : new Float32Array(rows),
    },
    histograms: [],
  };
}

function treeOf({ nodes, leaves }: Grown, values: Float64Array): BoostTree {
  return { nodes, values, rows: Int32Array.from(leaves, ({ rows }) => rows.length) };
}

function constantTree(value: number, rows: number): BoostTree {
  return { nodes: [], values: Float64Array.of(value), rows: Int32Array.of(rows) };
}

/** Sum of the trees for each row: the number itself, or the log odds of class 1. */
export function boostScores(
  { trees }: BoostModel,
  features: readonly BoostFeature[],
  rows: number,
): Float64Array {
  const columns = features.map(numbersOf);
  const scores = new Float64Array(rows);
  for (const tree of trees) addTree(tree, columns, scores);
  return scores;
}

/** What the splits on each feature took away from the loss, all trees together: importance_type "gain". */
export function gainImportance({ trees, features }: BoostModel): Float64Array {
  const gains = new Float64Array(features);
  for (const { nodes } of trees) for (const { feature, gain } of nodes) gains[feature]! += gain;
  return gains;
}
