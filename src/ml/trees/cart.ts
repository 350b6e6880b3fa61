// One decision tree: CART (Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees", 1984), grown level by
// level. Variance for numbers, Gini impurity for classes. Agrees with scikit-learn's DecisionTreeRegressor and
// DecisionTreeClassifier on numeric columns where no two splits are equally good; where they are, the first column wins,
// and the lowest threshold. The same tree on every machine: no chance is involved.
import { categorySplits } from './split-categories.ts';
import { type Level, numericSplits, type Sorted, type Split, sortRows } from './split-numeric.ts';
import { addRow, emptySums, purity, type Sums, type Target } from './sums.ts';
import { asks, type Tree, type TreeFeature, type TreeNode, type TreeTest } from './tree.ts';

export interface TreeOptions {
  /** `regression`: the target is a number. `classes`: it is the index of one of `classes` classes. */
  readonly kind: 'regression' | 'classes';
  readonly classes?: number;
  /** 0: one leaf. */
  readonly maxDepth: number;
  readonly minLeafRows: number;
  /** None negative. A row of weight 0 takes no part. */
  readonly weights?: Float64Array | null;
}

/**
 * @param target as long as every feature; finite. Rows × features numbers are kept sorted: 100,000 × 20 take a second.
 * @throws Error for a target that is not what `options` says
 */
export function fitTree(features: readonly TreeFeature[], target: Float64Array, options: TreeOptions): Tree {
  const goal = goalOf(target, options);
  const fit: Fit = {
    features,
    sorted: features.map((feature) => (feature.kind === 'numeric' ? sortRows(feature.values) : null)),
    goal,
    nodeOf: Int32Array.from(target, (_, row) => (goal.weights?.[row] === 0 ? -1 : 0)),
    minLeafRows: Math.max(1, options.minLeafRows),
  };
  const root = growing(0);
  let open = [root];
  for (let depth = 0; open.length > 0; depth++) open = growLevel(fit, open, depth < options.maxDepth);
  return { outputs: goal.outputs, root: finished(root) };
}

interface Goal extends Target {
  /** What was taken off every value of a regression: about its mean. */
  readonly centre: number;
}

interface Fit {
  readonly features: readonly TreeFeature[];
  /** null for a categorical column. */
  readonly sorted: readonly (Sorted | null)[];
  readonly goal: Goal;
  /** Index of the open node that a row is in; −1 in a leaf. Changes with each level. */
  readonly nodeOf: Int32Array;
  readonly minLeafRows: number;
}

function goalOf(target: Float64Array, { kind, classes, weights = null }: TreeOptions): Goal {
  if (kind === 'classes') {
    const outputs = classes ?? 0;
    if (outputs < 2 || !target.every((value) => Number.isInteger(value) && value >= 0 && value < outputs))
      throw new Error('BUG: a target of classes holds indexes of at least two classes');
    return { outputs, values: target, weights, centre: 0 };
  }
  if (!target.every(Number.isFinite)) throw new Error('BUG: the target of a regression is finite');
  let sum = 0;
  let weight = 0;
  for (let row = 0; row < target.length; row++) {
    const w = weights === null ? 1 : weights[row]!;
    sum += w * target[row]!;
    weight += w;
  }
  // Whole: sums of whole numbers stay exact.
  const centre = weight > 0 ? Math.round(sum / weight) : 0;
  return { outputs: 1, values: target.map((value) => value - centre), weights, centre };
}

/** A node that is being made: what it holds is known when its level is looked at. */
interface Growing {
  readonly depth: number;
  reached?: Omit<TreeNode, 'kind' | 'test' | 'left' | 'right'>;
  split?: { readonly test: TreeTest; readonly left: Growing; readonly right: Growing };
}

const growing = (depth: number): Growing => ({ depth });

/** Fills the open nodes; the answer is their children. */
function growLevel(fit: Fit, open: readonly Growing[], mayBranch: boolean): Growing[] {
  const { goal, nodeOf } = fit;
  const total = emptySums(open.length, goal.outputs);
  const squares = new Float64Array(open.length);
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]!;
    if (node < 0) continue;
    addRow(total, node, goal, row);
    if (goal.outputs === 1) squares[node]! += (goal.weights?.[row] ?? 1) * goal.values[row]! ** 2;
  }
  open.forEach((each, node) => {
    each.reached = reachedOf(total, node, squares[node]!, goal.centre);
  });
  if (!mayBranch) return [];
  const best = bestSplits(fit, { nodeOf, total, minLeafRows: fit.minLeafRows });
  const children: Growing[] = [];
  const firstChild = open.map((each, node) => {
    const split = best[node];
    if (!split || !improves(split, total, node, squares[node]!)) return -1;
    const [left, right] = [growing(each.depth + 1), growing(each.depth + 1)];
    each.split = { test: split.test, left, right };
    return children.push(left, right) - 2;
  });
  sendRows(fit, best, firstChild);
  return children;
}

function reachedOf(
  total: Sums,
  node: number,
  squares: number,
  centre: number,
): NonNullable<Growing['reached']> {
  const { outputs, of, weight, rows } = total;
  const w = weight[node]!;
  const means = [...of.subarray(node * outputs, (node + 1) * outputs)].map((sum) => (w > 0 ? sum / w : 0));
  const impurity =
    outputs === 1
      ? Math.max(0, w > 0 ? squares / w - means[0]! ** 2 : 0)
      : Math.max(0, 1 - means.reduce((sum, share) => sum + share * share, 0));
  return { rows: rows[node]!, weight: w, impurity, value: outputs === 1 ? [centre + means[0]!] : means };
}

/** Less than this share of a node's spread is rounding. */
const LEAST_GAIN = 1e-12;

function improves(split: Split, total: Sums, node: number, squares: number): boolean {
  const whole = total.outputs === 1 ? squares : total.weight[node]!;
  return split.purity - purity(total, node) > LEAST_GAIN * whole;
}

function bestSplits(fit: Fit, level: Level): readonly (Split | undefined)[] {
  const best = new Array<Split | undefined>(level.total.rows.length).fill(undefined);
  fit.features.forEach((feature, at) => {
    const found =
      feature.kind === 'numeric'
        ? numericSplits(feature, fit.sorted[at]!, level, fit.goal)
        : categorySplits(feature, level, fit.goal);
    found.forEach((split, node) => {
      if (split && !(best[node] && best[node].purity >= split.purity)) best[node] = split;
    });
  });
  return best;
}

/** Every row of a node that was split goes to a child; those of a leaf are done. */
function sendRows(
  { features, nodeOf }: Fit,
  best: readonly (Split | undefined)[],
  firstChild: readonly number[],
): void {
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const goesLeft = best.map((split, node) =>
    split && firstChild[node]! >= 0 ? asks(split.test, byName.get(split.test.column)!, 'left') : null,
  );
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]!;
    if (node < 0) continue;
    const ask = goesLeft[node];
    nodeOf[row] = ask ? firstChild[node]! + (ask(row) ? 0 : 1) : -1;
  }
}

function finished({ reached, split }: Growing): TreeNode {
  if (!reached) throw new Error('BUG: a node of the tree was not filled');
  if (!split) return { kind: 'leaf', ...reached };
  return {
    kind: 'branch',
    ...reached,
    test: split.test,
    left: finished(split.left),
    right: finished(split.right),
  };
}
