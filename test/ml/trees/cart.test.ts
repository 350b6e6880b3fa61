// What holds of every tree, whatever the data. That it is scikit-learn's tree, docs/agreement.md shows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitTree } from '../../../src/ml/trees/cart.ts';
import { pruned } from '../../../src/ml/trees/prune.ts';
import { predictTree, type Tree, type TreeFeature, type TreeNode } from '../../../src/ml/trees/tree.ts';

const numeric = (name: string, values: readonly number[]): TreeFeature => ({
  kind: 'numeric',
  name,
  values: Float64Array.from(values),
});
const categorical = (name: string, cells: readonly (string | null)[]): TreeFeature => {
  const dictionary = [...new Set(cells)].filter((cell) => cell !== null).sort();
  return {
    kind: 'categorical',
    name,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell))),
    dictionary,
  };
};
const leaves = (node: TreeNode): TreeNode[] =>
  node.kind === 'leaf' ? [node] : [...leaves(node.left), ...leaves(node.right)];
const depthOf = (node: TreeNode): number =>
  node.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(node.left), depthOf(node.right));
const regression = { kind: 'regression', maxDepth: 3, minLeafRows: 1 } as const;
const grow = (features: readonly TreeFeature[], target: readonly number[], options = {}): Tree =>
  fitTree(features, Float64Array.from(target), { ...regression, ...options });

const rows = fc.array(
  fc.record({
    x: fc.oneof(fc.integer({ min: -4, max: 4 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    c: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
    y: fc.integer({ min: -9, max: 9 }),
    w: fc.constantFrom(0, 1, 2.5),
  }),
  { minLength: 1, maxLength: 60 },
);
type Row = { x: number; c: string | null; y: number; w: number };
const featuresOf = (all: readonly Row[]): TreeFeature[] => [
  numeric(
    'x',
    all.map(({ x }) => x),
  ),
  categorical(
    'c',
    all.map(({ c }) => c),
  ),
];

describe('a tree', () => {
  it('predicts for each row the weighted mean of the rows of its leaf, and loses no row', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 6 }), (all, minLeafRows) => {
        const counted = all.filter(({ w }) => w > 0);
        fc.pre(counted.length > 0);
        const tree = grow(
          featuresOf(all),
          all.map(({ y }) => y),
          {
            minLeafRows,
            weights: Float64Array.from(all, ({ w }) => w),
          },
        );
        const ends = leaves(tree.root);
        expect(ends.reduce((sum, leaf) => sum + leaf.rows, 0)).toBe(counted.length);
        if (ends.length > 1) for (const leaf of ends) expect(leaf.rows).toBeGreaterThanOrEqual(minLeafRows);
        const predicted = predictTree(tree, featuresOf(all));
        const groups = new Map<number, Row[]>();
        all.forEach((row, at) => {
          const key = predicted[at]!;
          if (row.w > 0) groups.set(key, [...(groups.get(key) ?? []), row]);
        });
        for (const [value, group] of groups) {
          const weight = group.reduce((sum, { w }) => sum + w, 0);
          expect(value).toBeCloseTo(group.reduce((sum, { w, y }) => sum + w * y, 0) / weight, 9);
        }
      }),
    );
  });

  it('never has a larger impurity below than above, and no more levels than asked', () => {
    const falls = (node: TreeNode): void => {
      if (node.kind === 'leaf') return;
      const below = node.left.weight * node.left.impurity + node.right.weight * node.right.impurity;
      expect(below).toBeLessThan(node.weight * node.impurity);
      falls(node.left);
      falls(node.right);
    };
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 4 }), (all, maxDepth) => {
        const tree = grow(
          featuresOf(all),
          all.map(({ y }) => y),
          { maxDepth },
        );
        expect(depthOf(tree.root)).toBeLessThanOrEqual(maxDepth);
        falls(tree.root);
      }),
    );
  });

  it('does not depend on the order of rows, and a row twice is a row of weight 2', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const shape = (each: readonly Row[], weights: Float64Array | null) =>
          JSON.stringify(
            grow(
              featuresOf(each),
              each.map(({ y }) => y),
              { weights, maxDepth: 2 },
            ).root,
            (key, value) =>
              key === 'rows' || key === 'missing'
                ? undefined
                : typeof value === 'number'
                  ? Number(value.toPrecision(9))
                  : value,
          );
        // Distinct targets by powers of two: no two splits are equally good.
        const spread = all.slice(0, 12).map((row, at) => ({ ...row, y: 2 ** at }));
        expect(shape([...spread].reverse(), null)).toBe(shape(spread, null));
        expect(shape([...spread, ...spread], null)).toBe(
          shape(spread, new Float64Array(spread.length).fill(2)),
        );
      }),
    );
  });

  it('finds groups of categories however they are named', () => {
    const cells = ['rain', 'sun', 'snow', 'fog', null];
    const all = Array.from({ length: 100 }, (_, at) => cells[at % 5]!);
    const y = all.map((cell) => (cell === 'rain' || cell === 'snow' || cell === null ? 10 : 1));
    const tree = grow([categorical('weather', all)], y, { maxDepth: 1 });
    expect(tree.root).toMatchObject({
      kind: 'branch',
      test: { kind: 'among', left: ['fog', 'sun'], right: ['rain', 'snow'], missing: 'right' },
      left: { rows: 40, impurity: 0, value: [1] },
      right: { rows: 60, impurity: 0, value: [10] },
    });
    // One never seen goes with most.
    expect([...predictTree(tree, [categorical('weather', ['hail', 'sun', null])])]).toEqual([10, 1, 10]);
  });

  it('is pruned of splits that chance explains, never of the others', () => {
    const noise = (at: number): number => ((at * 7919) % 101) / 101;
    const x = Array.from({ length: 300 }, (_, at) => at);
    const step = grow(
      [numeric('x', x)],
      x.map((at) => (at < 100 ? 5 : 0) + noise(at)),
      { minLeafRows: 30 },
    );
    const left = pruned(step.root, 4);
    expect(leaves(step.root).length).toBeGreaterThan(2);
    expect(leaves(left).length).toBe(2);
    expect(left).toMatchObject({ test: { threshold: 99.5 }, rows: 300 });
    expect(pruned(step.root, 0)).toEqual(step.root);
    expect(leaves(pruned(step.root, Number.POSITIVE_INFINITY))).toHaveLength(1);
  });

  it('asks for presence where an empty cell tells most', () => {
    const x = Array.from({ length: 40 }, (_, at) => (at % 4 === 0 ? Number.NaN : at));
    const tree = grow(
      [numeric('x', x)],
      x.map((each) => (Number.isNaN(each) ? 1 : 0)),
      { maxDepth: 1 },
    );
    expect(tree.root).toMatchObject({
      test: { kind: 'present', column: 'x' },
      right: { rows: 10, value: [1] },
    });
  });

  it('separates infinite values by a finite threshold', () => {
    const tree = grow([numeric('x', [-Infinity, 5, Infinity])], [1, 2, 9]);
    const ask = (node: TreeNode): number[] =>
      node.kind === 'leaf' || node.test.kind !== 'at-most'
        ? []
        : [node.test.threshold, ...ask(node.left), ...ask(node.right)];
    expect(ask(tree.root).every(Number.isFinite)).toBe(true);
    expect([...predictTree(tree, [numeric('x', [-Infinity, 5, Infinity])])]).toEqual([1, 2, 9]);
  });

  it('stays a leaf where nothing tells: a constant column, a constant target, one row, no column', () => {
    for (const [features, target] of [
      [[numeric('x', [1, 1, 1])], [1, 2, 3]],
      [[numeric('x', [1, 2, 3])], [0.1, 0.1, 0.1]],
      [[numeric('x', [1])], [7]],
      [[numeric('x', [Number.NaN, Number.NaN])], [1, 2]],
      [[], [1, 2]],
    ] as const)
      expect(grow(features, target).root.kind).toBe('leaf');
  });
});
