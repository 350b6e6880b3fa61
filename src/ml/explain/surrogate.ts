// A small tree that imitates the model: rules that can be read, as far as they are true. How true is measured on rows that
// the tree has not seen (its fidelity); under a limit it is not shown, because it would explain another model.
import { randomFrom } from '../../util/random.ts';
import { type Frame, takeRows } from '../frame/frame.ts';
import { sampleRows } from '../stats/sample.ts';
import { fitTree } from '../trees/cart.ts';
import { predictTree, type Tree, type TreeFeature, type TreeNode, type TreeTest } from '../trees/tree.ts';
import type { SurrogateReport } from './report.ts';

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
  const fidelity = r2(pick(answers, held), predictTree(tree, featuresOf(frame, features, held)));
  return {
    depth: options.depth,
    leaves: rulesOf(tree).length,
    fidelity,
    rows: { fitted: fitted.length, held_out: held.length },
    rules: fidelity !== null && fidelity >= options.fidelity ? rulesOf(tree) : [],
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
function rulesOf({ root }: Tree): SurrogateReport['rules'] {
  const rules: { when: string; answer: number; rows: number }[] = [];
  const walk = (node: TreeNode, path: readonly Step[]): void => {
    if (node.kind === 'leaf') {
      rules.push({ when: pathInWords(path), answer: node.value[0]!, rows: node.rows });
      return;
    }
    walk(node.left, [...path, { test: node.test, yes: true }]);
    walk(node.right, [...path, { test: node.test, yes: false }]);
  };
  walk(root, []);
  return rules.sort((a, b) => b.answer - a.answer);
}

interface Step {
  readonly test: TreeTest;
  readonly yes: boolean;
}

/** `temp > 12 and weather is rain or fog`: of several cuts of a column only the narrowest remain. */
function pathInWords(path: readonly Step[]): string {
  if (path.length === 0) return 'always';
  const columns = [...new Set(path.map(({ test }) => test.column))];
  return columns
    .flatMap((column) =>
      conditionsOf(
        column,
        path.filter(({ test }) => test.column === column),
      ),
    )
    .join(' and ');
}

function conditionsOf(column: string, steps: readonly Step[]): readonly string[] {
  const cuts = (side: boolean): number[] =>
    steps.flatMap(({ test, yes }) => (test.kind === 'at-most' && yes === side ? [test.threshold] : []));
  const [above, upTo] = [cuts(false), cuts(true)];
  const shown = (cut: number): string => String(Number(cut.toPrecision(6)));
  const low = above.length > 0 ? shown(Math.max(...above)) : '';
  const high = upTo.length > 0 ? shown(Math.min(...upTo)) : '';
  const range =
    low !== '' && high !== ''
      ? [`${low} < ${column} <= ${high}`]
      : low !== ''
        ? [`${column} > ${low}`]
        : high !== ''
          ? [`${column} <= ${high}`]
          : [];
  const among = steps.filter(({ test }) => test.kind === 'among').at(-1);
  const named = among && among.test.kind === 'among' ? (among.yes ? among.test.left : among.test.right) : [];
  const present = steps.find(({ test }) => test.kind === 'present');
  return [
    ...(present ? [present.yes ? `${column} has a value` : `${column} has no value`] : []),
    ...range,
    ...(named.length > 0 ? [`${column} is ${listed(named)}`] : []),
  ];
}

const MOST_NAMED = 6;

function listed(names: readonly string[]): string {
  return names.length <= MOST_NAMED
    ? names.join(' or ')
    : `${names.slice(0, MOST_NAMED).join(' or ')} or one of ${names.length - MOST_NAMED} others`;
}
