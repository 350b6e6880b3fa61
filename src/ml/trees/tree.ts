// A decision tree as plain data: what is asked at each node, and what came of the rows that reached it.

/** A column as trees take it; a numeric or categorical column of a frame is one. A missing value is NaN, or code −1. */
export type TreeFeature =
  | { readonly kind: 'numeric'; readonly name: string; readonly values: Float64Array }
  | {
      readonly kind: 'categorical';
      readonly name: string;
      readonly codes: Int32Array;
      readonly dictionary: readonly string[];
    };

export type Side = 'left' | 'right';

/** What is asked of a row. A yes leads left. */
export type TreeTest =
  | { readonly kind: 'at-most'; readonly column: string; readonly threshold: number; readonly missing: Side }
  | {
      readonly kind: 'among';
      readonly column: string;
      /** Ascending by code unit. A category in neither list goes where more rows went. */
      readonly left: readonly string[];
      readonly right: readonly string[];
      readonly missing: Side;
    }
  | { readonly kind: 'present'; readonly column: string };

interface Reached {
  /** Rows of the training data that came here; those of weight 0 do not count. */
  readonly rows: number;
  /** Sum of their weights. */
  readonly weight: number;
  /** Variance (divisor n) of the target, or Gini impurity of the classes. */
  readonly impurity: number;
  /** Mean target, alone in the list; or the share of each class. */
  readonly value: readonly number[];
}
export interface TreeLeaf extends Reached {
  readonly kind: 'leaf';
}
export interface TreeBranch extends Reached {
  readonly kind: 'branch';
  readonly test: TreeTest;
  readonly left: TreeNode;
  readonly right: TreeNode;
}
export type TreeNode = TreeLeaf | TreeBranch;

export interface Tree {
  /** Numbers in a node's `value`: 1 for regression, else the classes. */
  readonly outputs: number;
  readonly root: TreeNode;
}

/** The value of the leaf that each row reaches: rows × outputs, row by row. Features are found by name. */
export function predictTree(tree: Tree, features: readonly TreeFeature[]): Float64Array {
  const rows = features.length === 0 ? 0 : rowsOf(features[0]!);
  const predicted = new Float64Array(rows * tree.outputs);
  const walk = compileNode(tree.root, new Map(features.map((feature) => [feature.name, feature])));
  for (let row = 0; row < rows; row++) predicted.set(walk(row).value, row * tree.outputs);
  return predicted;
}

function rowsOf(feature: TreeFeature): number {
  return feature.kind === 'numeric' ? feature.values.length : feature.codes.length;
}

type Walk = (row: number) => TreeLeaf;

function compileNode(node: TreeNode, features: ReadonlyMap<string, TreeFeature>): Walk {
  if (node.kind === 'leaf') return () => node;
  const feature = features.get(node.test.column);
  if (!feature)
    throw new Error(`BUG: the tree asks for "${node.test.column}", which is not among the features`);
  const goesLeft = asks(node.test, feature, node.left.rows > node.right.rows ? 'left' : 'right');
  const left = compileNode(node.left, features);
  const right = compileNode(node.right, features);
  return (row) => (goesLeft(row) ? left(row) : right(row));
}

/** Whether the answer of a row is yes. `unseen` is where a category goes that the tree has not met. */
export function asks(test: TreeTest, feature: TreeFeature, unseen: Side): (row: number) => boolean {
  if (feature.kind === 'numeric') {
    const { values } = feature;
    if (test.kind === 'present') return (row) => !Number.isNaN(values[row]!);
    if (test.kind === 'among') throw new Error(`BUG: "${test.column}" was categorical, and is numeric`);
    const { threshold } = test;
    const missing = test.missing === 'left';
    return (row) => (Number.isNaN(values[row]!) ? missing : values[row]! <= threshold);
  }
  if (test.kind !== 'among') throw new Error(`BUG: "${test.column}" was numeric, and is categorical`);
  const [left, right] = [new Set(test.left), new Set(test.right)];
  const answers = feature.dictionary.map((each) => left.has(each) || (unseen === 'left' && !right.has(each)));
  const missing = test.missing === 'left';
  return (row) => answers[feature.codes[row]!] ?? missing;
}
