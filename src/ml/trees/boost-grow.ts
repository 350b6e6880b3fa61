// One tree, leaf by leaf: the leaf whose best split gains most is split next (Shi 2007; LightGBM's order). Of two children only
// the smaller one's histogram is added up; its parent's minus that is the other's.
import type { Binned } from './boost-binned.ts';
import {
  fillHistogram,
  type Gradients,
  gather,
  type Histogram,
  type Sums,
  subtractHistogram,
} from './boost-histogram.ts';
import type { BoostOptions } from './boost-options.ts';
import { numericSplit, type Split } from './boost-split.ts';
import { categoricalSplit } from './boost-split-categories.ts';
import type { BoostNode } from './boost-tree.ts';

export interface Grown {
  readonly nodes: readonly BoostNode[];
  readonly leaves: readonly { readonly rows: Int32Array; readonly output: number }[];
}

interface Leaf {
  /** A stretch of the order of rows. */
  readonly rows: Int32Array;
  readonly sums: Sums;
  readonly output: number;
  /** The node and side that hang on it. */
  readonly parent: { readonly node: BoostNode; readonly side: 'left' | 'right' } | null;
  best: Split | null;
  histogram: Histogram | null;
  /** 1 for each column that may be split; what cannot be split here is not looked at again below, as in LightGBM. */
  readonly splittable: Uint8Array;
}

/** Buffers of one training, used again for every tree. */
export interface Workshop {
  readonly columns: readonly Binned[];
  readonly options: BoostOptions;
  /** All rows; ordered by leaf while a tree grows. */
  readonly order: Int32Array;
  readonly spare: Int32Array;
  readonly gathered: Gradients;
  readonly histograms: Histogram[];
}

export function growTree(shop: Workshop, gradients: Gradients): Grown {
  const { options, order } = shop;
  for (let row = 0; row < order.length; row++) order[row] = row;
  const leaves = [rootLeaf(shop, gradients)];
  const nodes: BoostNode[] = [];
  while (leaves.length < options.leaves) {
    const at = mostGain(leaves, shop.columns);
    const leaf = leaves[at]!;
    if (leaf.best === null || leaf.best.gain <= 0) break;
    const [left, right] = splitLeaf(shop, leaf, leaf.best, nodes);
    examineChildren(shop, gradients, leaf, left, right);
    leaves[at] = left;
    leaves.push(right);
  }
  leaves.forEach((leaf, at) => {
    hang(leaf, ~at);
    release(shop, leaf);
  });
  return { nodes, leaves };
}

function rootLeaf(shop: Workshop, gradients: Gradients): Leaf {
  const root = leafOf(shop, shop.order, rootSums(gradients), 0, null);
  if (root.rows.length < 2 * shop.options.minLeafRows) return root;
  root.splittable.fill(1);
  addUp(shop, gradients, root);
  findBest(shop, root);
  return root;
}

function leafOf(shop: Workshop, rows: Int32Array, sums: Sums, output: number, parent: Leaf['parent']): Leaf {
  const splittable = new Uint8Array(shop.columns.length);
  return { rows, sums, output, parent, best: null, histogram: null, splittable };
}

function rootSums({ gradients, hessians }: Gradients): Sums {
  let gradient = 0;
  let hessian = hessians ? 0 : gradients.length;
  for (let row = 0; row < gradients.length; row++) gradient += gradients[row]!;
  if (hessians) for (let row = 0; row < hessians.length; row++) hessian += hessians[row]!;
  return { gradient, hessian, rows: gradients.length };
}

/** Of equal gains the one on the earlier feature, then the earlier leaf. */
function mostGain(leaves: readonly Leaf[], columns: readonly Binned[]): number {
  const gain = ({ best }: Leaf) => best?.gain ?? Number.NEGATIVE_INFINITY;
  const feature = ({ best }: Leaf) => (best ? columns[best.column]!.feature : Number.POSITIVE_INFINITY);
  let most = 0;
  for (let at = 1; at < leaves.length; at++) {
    const [here, there] = [leaves[at]!, leaves[most]!];
    if (gain(here) > gain(there) || (gain(here) === gain(there) && feature(here) < feature(there))) most = at;
  }
  return most;
}

function splitLeaf(shop: Workshop, leaf: Leaf, split: Split, nodes: BoostNode[]): readonly [Leaf, Leaf] {
  const column = shop.columns[split.column]!;
  const node = nodeOf(column, split);
  hang(leaf, nodes.length);
  nodes.push(node);
  const count = partition(leaf.rows, column.rows, leftBins(column, split.rule), shop.spare);
  const child = (rows: Int32Array, sums: Sums, output: number, side: 'left' | 'right') =>
    leafOf(shop, rows, { ...sums, rows: rows.length }, output, { node, side });
  return [
    child(leaf.rows.subarray(0, count), split.left, split.leftOutput, 'left'),
    child(leaf.rows.subarray(count), split.right, split.rightOutput, 'right'),
  ];
}

function hang({ parent }: Leaf, at: number): void {
  if (parent) parent.node[parent.side] = at;
}

function nodeOf(column: Binned, { rule, gain }: Split): BoostNode {
  const shared = { feature: column.feature, gain: Math.fround(gain), left: 0, right: 0 };
  if (column.kind === 'categorical' && rule.kind === 'categorical')
    return { ...shared, kind: 'categorical', codes: new Set(rule.bins.map((bin) => column.found[bin]!)) };
  if (column.kind !== 'numeric' || rule.kind !== 'numeric')
    throw new Error('BUG: a split does not fit its column');
  const { upper, missing } = column.found;
  return {
    ...shared,
    kind: 'numeric',
    // Without an edge above the last bin of values: all of them go left, missing ones right.
    threshold: upper[rule.bin]!,
    missing: missing ? (rule.missingLeft ? 'left' : 'right') : 'zero',
  };
}

/** 1 for each bin whose rows go left. */
function leftBins(column: Binned, rule: Split['rule']): Uint8Array {
  const left = new Uint8Array(column.bins);
  if (rule.kind === 'categorical') for (const bin of rule.bins) left[bin] = 1;
  else left.fill(1, 0, rule.bin + 1);
  if (rule.kind === 'numeric' && column.kind === 'numeric' && column.found.missing)
    left[column.bins - 1] = rule.missingLeft ? 1 : 0;
  return left;
}

/** Those that go left first; both sides keep their order. How many go left. */
function partition(rows: Int32Array, bins: Uint16Array, left: Uint8Array, spare: Int32Array): number {
  let lefts = 0;
  let rights = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (left[bins[row]!] === 1) rows[lefts++] = row;
    else spare[rights++] = row;
  }
  rows.set(spare.subarray(0, rights), lefts);
  return lefts;
}

/** Finds the best split of both children, unless both are too small for one. */
function examineChildren(shop: Workshop, gradients: Gradients, parent: Leaf, left: Leaf, right: Leaf): void {
  const least = 2 * shop.options.minLeafRows;
  if (left.rows.length < least && right.rows.length < least) {
    release(shop, parent);
    return;
  }
  const [smaller, larger] = left.rows.length < right.rows.length ? [left, right] : [right, left];
  smaller.splittable.set(parent.splittable);
  larger.splittable.set(parent.splittable);
  addUp(shop, gradients, smaller);
  larger.histogram = parent.histogram;
  parent.histogram = null;
  shop.columns.forEach((column, at) => {
    if (parent.splittable[at]) subtractHistogram(larger.histogram!, smaller.histogram!, column);
  });
  findBest(shop, smaller);
  findBest(shop, larger);
}

function addUp(shop: Workshop, gradients: Gradients, leaf: Leaf): void {
  const histogram = shop.histograms.pop() ?? new Float64Array(2 * binsOf(shop.columns));
  gather(gradients, leaf.rows, shop.gathered);
  shop.columns.forEach((column, at) => {
    if (leaf.splittable[at]) fillHistogram(histogram, column, leaf.rows, shop.gathered, leaf.sums);
  });
  leaf.histogram = histogram;
}

function binsOf(columns: readonly Binned[]): number {
  const last = columns.at(-1);
  return last ? last.start + last.bins : 0;
}

function findBest({ columns, options }: Workshop, leaf: Leaf): void {
  columns.forEach((column, at) => {
    if (!leaf.splittable[at]) return;
    const split =
      column.kind === 'numeric'
        ? numericSplit(leaf.histogram!, at, column, leaf.sums, options)
        : categoricalSplit(leaf.histogram!, at, column, leaf.sums, options);
    if (split === null) leaf.splittable[at] = 0;
    else if (split.gain > (leaf.best?.gain ?? Number.NEGATIVE_INFINITY)) leaf.best = split;
  });
}

function release(shop: Workshop, leaf: Leaf): void {
  if (leaf.histogram) shop.histograms.push(leaf.histogram);
  leaf.histogram = null;
}
