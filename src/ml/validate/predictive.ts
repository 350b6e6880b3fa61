// How much one feature alone tells of the target: a small tree learns on one half of the rows and is asked about the
// other, then the other way round. A feature that tells all is no feature but the answer.
import { correlation, ranks } from '../stats/spearman.ts';
import { fitTree } from '../trees/cart.ts';
import { predictTree, type TreeFeature } from '../trees/tree.ts';

const DEPTH = 5;
/** A leaf of fewer rows says nothing about rows it has not seen. */
const LEAF = 5;
const FOLDS = 2;

/**
 * 0: as good as not knowing the feature; 1: never wrong. Numbers: R², or Spearman's correlation squared where that is more. Classes: the share of the errors of always naming
 * the most frequent class that is gone (Goodman and Kruskal's lambda). Both on rows the tree has not seen, so never above
 * what holds for new rows; below 0 is 0. Null where the target has one value only, or there are too few rows.
 */
export function predictivePower(feature: TreeFeature, target: TreeFeature): number | null {
  const rows = rowsWith(target);
  if (rows.length < 2 * FOLDS * LEAF) return null;
  return target.kind === 'numeric' && !isClasses(target.values, rows)
    ? ofNumbers(feature, target.values, rows)
    : ofClasses(feature, classesOf(target, rows), rows);
}

/** Few whole numbers are classes. */
const MAX_CLASSES = 20;

function isClasses(values: Float64Array, rows: Int32Array): boolean {
  const seen = new Set<number>();
  for (const row of rows) {
    seen.add(values[row]!);
    if (seen.size > MAX_CLASSES || !Number.isInteger(values[row]!)) return false;
  }
  return true;
}

function rowsWith(target: TreeFeature): Int32Array {
  const has =
    target.kind === 'numeric'
      ? Array.from(target.values, Number.isFinite)
      : Array.from(target.codes, (code) => code >= 0);
  return Int32Array.from(has.flatMap((is, row) => (is ? [row] : [])));
}

function ofNumbers(feature: TreeFeature, values: Float64Array, rows: Int32Array): number | null {
  const truth = Float64Array.from(rows, (row) => values[row]!);
  const mean = truth.reduce((sum, each) => sum + each / truth.length, 0);
  let left = 0;
  let all = 0;
  for (const [fitted, asked] of folds(rows.length)) {
    const tree = fitTree([taken(feature, rows, fitted)], at(truth, fitted), {
      kind: 'regression',
      maxDepth: DEPTH,
      minLeafRows: LEAF,
    });
    const guess = predictTree(tree, [taken(feature, rows, asked)]);
    asked.forEach((row, index) => {
      left += (truth[row]! - guess[index]!) ** 2;
      all += (truth[row]! - mean) ** 2;
    });
  }
  return all > 0 ? Math.max(0, 1 - left / all, rankAgreement(feature, truth, rows)) : null;
}

/** Spearman's correlation squared: a feature that rises with the target tells it, however few rows there are. */
function rankAgreement(feature: TreeFeature, truth: Float64Array, rows: Int32Array): number {
  if (feature.kind !== 'numeric') return 0;
  const both = Array.from(rows.keys()).filter((row) => !Number.isNaN(feature.values[rows[row]!]!));
  // Where the feature is mostly missing, it tells little, whatever it tells of the rest.
  if (both.length < rows.length / 2) return 0;
  const values = ranks(Float64Array.from(both, (row) => feature.values[rows[row]!]!));
  const targets = ranks(Float64Array.from(both, (row) => truth[row]!));
  return (correlation(values, targets) ?? 0) ** 2;
}

interface Classes {
  readonly truth: Float64Array;
  readonly count: number;
}

function classesOf(target: TreeFeature, rows: Int32Array): Classes {
  const codeOf = new Map<number, number>();
  const truth = Float64Array.from(rows, (row) => {
    const value = target.kind === 'numeric' ? target.values[row]! : target.codes[row]!;
    if (!codeOf.has(value)) codeOf.set(value, codeOf.size);
    return codeOf.get(value)!;
  });
  return { truth, count: codeOf.size };
}

function ofClasses(feature: TreeFeature, { truth, count }: Classes, rows: Int32Array): number | null {
  if (count < 2 || count > truth.length / LEAF) return null;
  const sizes = new Array<number>(count).fill(0);
  for (const label of truth) sizes[label]!++;
  const errors = truth.length - Math.max(...sizes);
  let wrong = 0;
  for (const [fitted, asked] of folds(rows.length)) {
    const options = { kind: 'classes', classes: count, maxDepth: DEPTH, minLeafRows: LEAF } as const;
    const tree = fitTree([taken(feature, rows, fitted)], at(truth, fitted), options);
    const shares = predictTree(tree, [taken(feature, rows, asked)]);
    asked.forEach((row, index) => {
      if (likeliest(shares, index * count, count) !== truth[row]) wrong++;
    });
  }
  return Math.max(0, 1 - wrong / errors);
}

function likeliest(shares: Float64Array, from: number, count: number): number {
  let best = 0;
  for (let label = 1; label < count; label++) if (shares[from + label]! > shares[from + best]!) best = label;
  return best;
}

/** Every other block of rows: rows that stand side by side are often alike, and a fold must not know its neighbour. */
function folds(rows: number): readonly (readonly [Int32Array, Int32Array])[] {
  const block = Math.max(1, Math.floor(rows / 20));
  const parts = [0, 1].map((fold) =>
    Int32Array.from(
      Array.from({ length: rows }, (_, row) => row).filter((row) => Math.floor(row / block) % FOLDS === fold),
    ),
  );
  return [
    [parts[0]!, parts[1]!],
    [parts[1]!, parts[0]!],
  ];
}

function at(values: Float64Array, indexes: Int32Array): Float64Array {
  return Float64Array.from(indexes, (index) => values[index]!);
}

function taken(feature: TreeFeature, rows: Int32Array, indexes: Int32Array): TreeFeature {
  return feature.kind === 'numeric'
    ? { ...feature, values: Float64Array.from(indexes, (index) => feature.values[rows[index]!]!) }
    : { ...feature, codes: Int32Array.from(indexes, (index) => feature.codes[rows[index]!]!) };
}
