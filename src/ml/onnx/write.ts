// ONNX models from plain numbers: forests, logistic and linear regression. Every model carries the names of its features
// and, for classifiers, of its classes, so that whoever scores with it can match columns by name.
import { FLOAT32, INT64, STRING } from './schema.ts';
import { type Attribute, floats, int, ints, strings, text, writeModel, writeNode } from './write-graph.ts';

/** Where the names stand in a model's metadata, as JSON lists. */
export const FEATURES_KEY = 'mlops.features';
export const LABELS_KEY = 'mlops.labels';

/** Class labels in the order of the score columns. All text, or all whole numbers. */
export type Labels = readonly string[] | readonly number[];

/** A split sends a row left when `x[feature] <= threshold`. A leaf holds a share or vote for each class (for a regression: one value). */
export type TreeNode =
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly left: TreeNode;
      readonly right: TreeNode;
    }
  | { readonly leaf: readonly number[] };

interface Named {
  /** Names of the columns of the one float32 input `X`, in order. */
  readonly features: readonly string[];
  /** Further metadata entries. */
  readonly metadata?: { readonly [key: string]: string };
}

/**
 * A random forest (or one tree): class scores are the mean over the trees of the leaf a row falls into.
 * Outputs `label` [n] and `probabilities` [n, classes].
 *
 * Thresholds are rounded down to float32: ONNX Runtime compares float32 values, and for those `x <= t` and
 * `x <= floor32(t)` are the same question, so no row changes its leaf.
 */
export function writeForest(
  forest: Named & { readonly trees: readonly TreeNode[]; readonly labels: Labels },
): Uint8Array {
  if (forest.trees.length === 0) throw new Error('BUG: a forest needs a tree');
  if (forest.labels.length < 2) throw new Error('BUG: a classifier needs two classes');
  const table = flatten(forest.trees, forest.labels.length);
  const node = writeNode('TreeEnsembleClassifier', 'ai.onnx.ml', ['X'], ['label', 'probabilities'], {
    nodes_treeids: ints(table.nodes.map((each) => each.tree)),
    nodes_nodeids: ints(table.nodes.map((each) => each.id)),
    nodes_featureids: ints(table.nodes.map((each) => each.feature)),
    nodes_values: floats(table.nodes.map((each) => each.threshold)),
    nodes_modes: strings(table.nodes.map((each) => each.mode)),
    nodes_truenodeids: ints(table.nodes.map((each) => each.left)),
    nodes_falsenodeids: ints(table.nodes.map((each) => each.right)),
    class_treeids: ints(table.votes.map((each) => each.tree)),
    class_nodeids: ints(table.votes.map((each) => each.id)),
    class_ids: ints(table.votes.map((each) => each.label)),
    class_weights: floats(table.votes.map((each) => each.weight)),
    post_transform: text('NONE'),
    ...classLabels(forest.labels),
  });
  return writeModel({
    nodes: [node],
    inputs: [{ name: 'X', type: FLOAT32, shape: ['N', forest.features.length] }],
    outputs: [
      { name: 'label', type: labelType(forest.labels), shape: ['N'] },
      { name: 'probabilities', type: FLOAT32, shape: ['N', forest.labels.length] },
    ],
    initializers: [],
    metadata: {
      ...forest.metadata,
      [FEATURES_KEY]: JSON.stringify(forest.features),
      [LABELS_KEY]: JSON.stringify(forest.labels),
    },
  });
}

/**
 * Multinomial logistic regression: `softmax(X · weights + intercepts)`, `weights[feature][class]`. For two classes with
 * one weight vector w, give the columns [0, w]. Outputs `label` [n] and `probabilities` [n, classes].
 */
export function writeLogisticRegression(
  model: Named & {
    readonly weights: readonly (readonly number[])[];
    readonly intercepts: readonly number[];
    readonly labels: Labels;
  },
): Uint8Array {
  const classes = model.labels.length;
  checkWeights(model.weights, model.features.length, classes);
  const values = typeof model.labels[0] === 'number' ? 'values_int64s' : 'values_strings';
  return writeModel({
    nodes: [
      writeNode('Gemm', '', ['X', 'weights', 'intercepts'], ['scores'], {}),
      writeNode('Softmax', '', ['scores'], ['probabilities'], { axis: int(1) }),
      writeNode('ArgMax', '', ['probabilities'], ['index'], { axis: int(1), keepdims: int(0) }),
      writeNode('LabelEncoder', 'ai.onnx.ml', ['index'], ['label'], {
        keys_int64s: ints(model.labels.map((_, index) => index)),
        [values]: labelList(model.labels),
      }),
    ],
    inputs: [{ name: 'X', type: FLOAT32, shape: ['N', model.features.length] }],
    outputs: [
      { name: 'label', type: labelType(model.labels), shape: ['N'] },
      { name: 'probabilities', type: FLOAT32, shape: ['N', classes] },
    ],
    initializers: [
      { name: 'weights', dims: [model.features.length, classes], values: model.weights.flat() },
      { name: 'intercepts', dims: [classes], values: model.intercepts },
    ],
    metadata: {
      ...model.metadata,
      [FEATURES_KEY]: JSON.stringify(model.features),
      [LABELS_KEY]: JSON.stringify(model.labels),
    },
  });
}

/** `X · weights + intercept`, one weight for each feature. Output `value` [n, 1]. */
export function writeLinearRegression(
  model: Named & { readonly weights: readonly number[]; readonly intercept: number },
): Uint8Array {
  checkWeights(
    model.weights.map((each) => [each]),
    model.features.length,
    1,
  );
  return writeModel({
    nodes: [writeNode('Gemm', '', ['X', 'weights', 'intercept'], ['value'], {})],
    inputs: [{ name: 'X', type: FLOAT32, shape: ['N', model.features.length] }],
    outputs: [{ name: 'value', type: FLOAT32, shape: ['N', 1] }],
    initializers: [
      { name: 'weights', dims: [model.features.length, 1], values: model.weights },
      { name: 'intercept', dims: [1], values: [model.intercept] },
    ],
    metadata: { ...model.metadata, [FEATURES_KEY]: JSON.stringify(model.features) },
  });
}

/** The largest float32 that is not above `value`. */
export function floor32(value: number): number {
  const near = Math.fround(value);
  if (!(near > value)) return near;
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = near;
  if (near === 0) return -(2 ** -149);
  bits[0] = bits[0]! + (near > 0 ? -1 : 1);
  return float[0]!;
}

function checkWeights(weights: readonly (readonly number[])[], features: number, classes: number): void {
  if (weights.length !== features || weights.some((row) => row.length !== classes))
    throw new Error(`BUG: weights must be ${features} × ${classes}`);
}

interface NodeRow {
  readonly tree: number;
  readonly id: number;
  readonly mode: 'BRANCH_LEQ' | 'LEAF';
  readonly feature: number;
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
}
interface Vote {
  readonly tree: number;
  readonly id: number;
  readonly label: number;
  readonly weight: number;
}

/**
 * The trees as the columns TreeEnsembleClassifier wants, ids counted in depth-first order.
 *
 * Two classes are special: ONNX Runtime then answers with the second class whenever its score is above 0, unless all
 * votes are for one class id, which it reads as the score of the second class against a threshold of one half.
 * So for two classes only the second class votes, under id 0.
 */
function flatten(trees: readonly TreeNode[], classes: number): { nodes: NodeRow[]; votes: Vote[] } {
  const nodes: NodeRow[] = [];
  const votes: Vote[] = [];
  trees.forEach((root, tree) => {
    let next = 0;
    const visit = (node: TreeNode): number => {
      const id = next++;
      if ('leaf' in node) {
        if (node.leaf.length !== classes) throw new Error(`BUG: a leaf needs ${classes} shares`);
        nodes.push({ tree, id, mode: 'LEAF', feature: 0, threshold: 0, left: 0, right: 0 });
        const shares = classes === 2 ? node.leaf.slice(1) : node.leaf;
        shares.forEach((share, label) => {
          votes.push({ tree, id, label, weight: share / trees.length });
        });
        return id;
      }
      const at = nodes.length;
      nodes.push({ tree, id, mode: 'LEAF', feature: 0, threshold: 0, left: 0, right: 0 });
      const left = visit(node.left);
      const right = visit(node.right);
      nodes[at] = {
        tree,
        id,
        mode: 'BRANCH_LEQ',
        feature: node.feature,
        threshold: floor32(node.threshold),
        left,
        right,
      };
      return id;
    };
    visit(root);
  });
  return { nodes, votes };
}

function labelList(labels: Labels): Attribute {
  return typeof labels[0] === 'number'
    ? ints(labels as readonly number[])
    : strings(labels as readonly string[]);
}

function classLabels(labels: Labels): { readonly [name: string]: Attribute } {
  const name = typeof labels[0] === 'number' ? 'classlabels_int64s' : 'classlabels_strings';
  return { [name]: labelList(labels) };
}

function labelType(labels: Labels): number {
  return typeof labels[0] === 'number' ? INT64 : STRING;
}
