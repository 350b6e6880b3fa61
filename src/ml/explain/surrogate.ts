// A small tree that imitates the model: rules that can be read, as far as they are true. How true is measured on rows that
// the tree has not seen (its fidelity); under a limit it is not shown, because it would explain another model.
import { randomFrom } from '../../util/random.ts';
import { type Frame, takeRows } from '../frame/frame.ts';
import { sampleRows } from '../stats/sample.ts';
import { fitTree } from '../trees/cart.ts';
import { predictTree, type Tree, type TreeFeature, type TreeNode } from '../trees/tree.ts';
import type { SurrogateReport } from './report.ts';
import { type Named, pathInWords, type Step } from './rule-words.ts';

export interface SurrogateOptions {
  readonly depth: number;
  /** R² from which on the rules are shown. */
  readonly fidelity: number;
  readonly seed: number;
  /** A leaf of fewer rows says something of single ones. */
  readonly min_count: number;
}

/** @param answers what the model says of each row of `frame` */
export function surrogateOf(
  frame: Frame,
  features: readonly string[],
  answers: Float64Array,
  options: SurrogateOptions,
): SurrogateReport | { readonly unavailable: string } {
  const fitted = sampleRows(answers.length, Math.ceil(0.7 * answers.length), randomFrom(options.seed));
  const chosen = new Set(fitted);
  const held = Int32Array.from(answers.keys()).filter((row) => !chosen.has(row));
  if (held.length < 2) return { unavailable: `needs more than ${answers.length} rows` };
  const tree = fitTree(featuresOf(frame, features, fitted), pick(answers, fitted), {
    kind: 'regression',
    maxDepth: options.depth,
    minLeafRows: Math.max(options.min_count, Math.ceil(fitted.length / 100)),
  });
  const rules = rulesOf(tree, frequentIn(frame, features, options.min_count));
  const fidelity = r2(pick(answers, held), predictTree(tree, featuresOf(frame, features, held)));
  return {
    depth: options.depth,
    leaves: rules.length,
    fidelity,
    rows: { fitted: fitted.length, held_out: held.length },
    rules: fidelity !== null && fidelity >= options.fidelity ? rules : [],
  };
}

function featuresOf(frame: Frame, names: readonly string[], rows: Int32Array): readonly TreeFeature[] {
  const taken = takeRows(frame, rows);
  return names.map((name) => {
    const column = taken.columns.get(name)!;
    return column.kind === 'categorical' ? column : { kind: 'numeric', name, values: column.values };
  });
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

/** null when the answers do not vary. */
function r2(truth: Float64Array, said: Float64Array): number | null {
  const middle = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const total = truth.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const left = truth.reduce((sum, value, at) => sum + (value - said[at]!) ** 2, 0);
  return total === 0 ? null : 1 - left / total;
}

/** A rule for each leaf, the highest answer first. */
function rulesOf({ root }: Tree, frequent: Named): SurrogateReport['rules'] {
  const rules: { when: string; answer: number; rows: number }[] = [];
  const walk = (node: TreeNode, path: readonly Step[]): void => {
    if (node.kind === 'leaf') {
      rules.push({ when: pathInWords(path, frequent), answer: node.value[0]!, rows: node.rows });
      return;
    }
    walk(node.left, [...path, { test: node.test, yes: true }]);
    walk(node.right, [...path, { test: node.test, yes: false }]);
  };
  walk(root, []);
  return rules.sort((a, b) => b.answer - a.answer);
}

/** Categories that enough rows have, so that naming them says nothing of single ones. */
function frequentIn(frame: Frame, features: readonly string[], fewest: number): Named {
  const rare = new Map<string, ReadonlySet<string>>();
  for (const name of features) {
    const column = frame.columns.get(name)!;
    if (column.kind !== 'categorical') continue;
    const counts = new Int32Array(column.dictionary.length);
    for (const code of column.codes) if (code >= 0) counts[code]!++;
    rare.set(name, new Set(column.dictionary.filter((_, code) => counts[code]! < fewest)));
  }
  return (column, category) => rare.get(column)?.has(category) !== true;
}
