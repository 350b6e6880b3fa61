// Our one decision tree, beside scikit-learn's: node by node, what is asked and what came of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitTree } from '../../../src/ml/trees/cart.ts';
import type { TreeNode } from '../../../src/ml/trees/tree.ts';
import { type Agreement, agreementOf, type Compared } from './agreement.ts';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ml/trees/cart.json');

interface Theirs {
  readonly rows: number;
  readonly weight: number;
  readonly impurity: number;
  readonly value: readonly number[];
  /** `threshold` null: has a value, or has none. */
  readonly test?: { readonly column: string; readonly threshold: number | null; readonly missing: string };
  readonly left?: Theirs;
  readonly right?: Theirs;
}
interface Case {
  readonly classes: number;
  readonly max_depth: number;
  readonly min_leaf_rows: number;
  readonly features: { readonly [name: string]: readonly (number | null)[] };
  readonly target: readonly number[];
  readonly weights: readonly number[] | null;
  readonly tree: Theirs;
}

export async function agreements(): Promise<readonly Agreement[]> {
  const { cases, ...versions } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { cases: Case[] };
  const about = {
    part: 'trees',
    tool: `scikit-learn ${(versions as { 'scikit-learn'?: string })['scikit-learn']}`,
    script: 'fixtures/ml/trees/make_cart.py',
    measure: 'relative',
  } as const;
  const pairs = cases.map((each) => ({
    ours: fitted(each),
    theirs: each.tree,
    holes: Object.values(each.features).some((values) => values.includes(null)),
  }));
  const over = (of: (ours: TreeNode, theirs: Theirs, holes: boolean) => Compared[]): Compared[] =>
    pairs.flatMap(({ ours, theirs, holes }) => nodePairs(ours, theirs).flatMap((pair) => of(...pair, holes)));
  return [
    agreementOf(
      {
        ...about,
        subject: 'decision tree: column, threshold and side of missing values of each node',
        tolerance: 0,
      },
      over(testPairs),
    ),
    agreementOf(
      { ...about, subject: 'decision tree: rows, weight, impurity and value of each node', tolerance: 1e-9 },
      over((ours, theirs) => [
        { ours: ours.rows, theirs: theirs.rows },
        { ours: ours.weight, theirs: theirs.weight },
        { ours: ours.impurity, theirs: theirs.impurity },
        ...theirs.value.map((value, at) => ({ ours: ours.value[at]!, theirs: value })),
      ]),
      1e-6,
    ),
  ];
}

function fitted({ classes, max_depth, min_leaf_rows, features, target, weights }: Case): TreeNode {
  return fitTree(
    Object.entries(features).map(([name, values]) => ({
      kind: 'numeric',
      name,
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    })),
    Float64Array.from(target),
    {
      ...(classes === 0 ? { kind: 'regression' } : { kind: 'classes', classes }),
      maxDepth: max_depth,
      minLeafRows: min_leaf_rows,
      weights: weights && Float64Array.from(weights),
    },
  ).root;
}

/** Nodes at the same place; below one that is a leaf on one side only, none. */
function nodePairs(ours: TreeNode, theirs: Theirs): [TreeNode, Theirs][] {
  if (ours.kind === 'leaf' || !theirs.left || !theirs.right) return [[ours, theirs]];
  return [[ours, theirs], ...nodePairs(ours.left, theirs.left), ...nodePairs(ours.right, theirs.right)];
}

/** 1 beside 1 where the same is asked. In a table without holes scikit-learn leaves the side of a missing value open. */
function testPairs(ours: TreeNode, theirs: Theirs, holes: boolean): Compared[] {
  if (ours.kind === 'leaf' || !theirs.test) {
    return [{ ours: ours.kind === 'leaf' ? 0 : 1, theirs: theirs.test ? 1 : 0 }];
  }
  const { test } = ours;
  const same = test.column === theirs.test.column ? 1 : 0;
  if (test.kind !== 'at-most') return [{ ours: same, theirs: theirs.test.threshold === null ? 1 : 0 }];
  return [
    { ours: same, theirs: 1 },
    { ours: test.threshold, theirs: theirs.test.threshold ?? Number.NaN },
    ...(holes
      ? [{ ours: test.missing === 'left' ? 1 : 0, theirs: theirs.test.missing === 'left' ? 1 : 0 }]
      : []),
  ];
}
