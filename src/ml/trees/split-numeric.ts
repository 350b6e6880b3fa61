// The best threshold of a numeric column for every node of a level, in one pass over its rows in ascending order
// (Mehta, Agrawal, Rissanen, "SLIQ", 1996). Rows without a value are tried on either side, and apart from all others.
import { rowsWhere } from '../frame/frame.ts';
import { ascending } from '../stats/order.ts';
import { addRow, emptySums, purityOfSplit, purityWithMore, type Sums, type Target } from './sums.ts';
import type { TreeTest } from './tree.ts';

/** Rows of a column with a value, by ascending value; and those without one. */
export interface Sorted {
  readonly present: Uint32Array;
  readonly missing: Int32Array;
}

/** Nodes that may be split now. `nodeOf` of a row is −1 where it has come to a leaf. */
export interface Level {
  readonly nodeOf: Int32Array;
  readonly total: Sums;
  readonly minLeafRows: number;
}

/** `purity` is that of both sides together. */
export interface Split {
  readonly purity: number;
  readonly test: TreeTest;
}

/** Equal values keep the order of rows. */
export function sortRows(values: Float64Array): Sorted {
  const rows = rowsWhere(values.length, (row) => !Number.isNaN(values[row]!));
  const found = Float64Array.from(rows, (row) => values[row]!);
  return {
    present: ascending(found).map((at) => rows[at]!),
    missing: rowsWhere(values.length, (row) => Number.isNaN(values[row]!)),
  };
}

/** For each node the best split that leaves `minLeafRows` on both sides, or undefined. */
export function numericSplits(
  feature: { readonly name: string; readonly values: Float64Array },
  { present, missing }: Sorted,
  level: Level,
  target: Target,
): readonly (Split | undefined)[] {
  const { nodeOf, total } = level;
  const nodes = total.rows.length;
  const absent = emptySums(nodes, total.outputs);
  for (const row of missing) if (nodeOf[row]! >= 0) addRow(absent, nodeOf[row]!, target, row);
  const left = emptySums(nodes, total.outputs);
  const last = new Float64Array(nodes).fill(Number.NaN);
  const best = bestOf(nodes);
  const scan: Scan = { level, left, absent };
  for (const row of present) {
    const node = nodeOf[row]!;
    if (node < 0) continue;
    const value = feature.values[row]!;
    if (value > last[node]!) tryBetween(best, node, last[node]!, value, scan);
    last[node] = value;
    addRow(left, node, target, row);
  }
  return Array.from({ length: nodes }, (_, node) => {
    const apart = presenceSplit(feature.name, node, scan);
    const found = thresholdSplit(feature.name, node, best);
    return apart && !(found && found.purity >= apart.purity) ? apart : found;
  });
}

/** Best so far of each node. */
interface Best {
  readonly purity: Float64Array;
  readonly below: Float64Array;
  readonly above: Float64Array;
  readonly missingLeft: Uint8Array;
}

function bestOf(nodes: number): Best {
  return {
    purity: new Float64Array(nodes).fill(Number.NEGATIVE_INFINITY),
    below: new Float64Array(nodes),
    above: new Float64Array(nodes),
    missingLeft: new Uint8Array(nodes),
  };
}

interface Scan {
  readonly level: Level;
  /** Rows with a value up to here. */
  readonly left: Sums;
  /** Rows without a value. */
  readonly absent: Sums;
}

function tryBetween(best: Best, node: number, below: number, above: number, scan: Scan): void {
  const { level, left, absent } = scan;
  const { total, minLeafRows } = level;
  const lefts = left.rows[node]!;
  const all = total.rows[node]!;
  const without = absent.rows[node]!;
  if (lefts >= minLeafRows && all - lefts >= minLeafRows) {
    const purity = purityOfSplit(total, left, node);
    if (purity > best.purity[node]!) {
      // Where no row is without a value, one that comes later goes where most went.
      best.missingLeft[node] = without === 0 && lefts > all - lefts ? 1 : 0;
      best.purity[node] = purity;
      best.below[node] = below;
      best.above[node] = above;
    }
  }
  if (without === 0 || lefts + without < minLeafRows || all - lefts - without < minLeafRows) return;
  const purity = purityWithMore(total, left, absent, node);
  if (purity > best.purity[node]!) {
    best.missingLeft[node] = 1;
    best.purity[node] = purity;
    best.below[node] = below;
    best.above[node] = above;
  }
}

function thresholdSplit(column: string, node: number, best: Best): Split | undefined {
  const purity = best.purity[node]!;
  if (purity === Number.NEGATIVE_INFINITY) return undefined;
  const threshold = between(best.below[node]!, best.above[node]!);
  return {
    purity,
    test: { kind: 'at-most', column, threshold, missing: best.missingLeft[node] === 1 ? 'left' : 'right' },
  };
}

/** After the pass `left` holds all rows with a value. */
function presenceSplit(column: string, node: number, { level, left, absent }: Scan): Split | undefined {
  const fewest = Math.min(left.rows[node]!, absent.rows[node]!);
  if (fewest === 0 || fewest < level.minLeafRows) return undefined;
  return { purity: purityOfSplit(level.total, left, node), test: { kind: 'present', column } };
}

/** The middle, as scikit-learn has it, unless that is no number between the two. */
function between(below: number, above: number): number {
  const middle = below / 2 + above / 2;
  if (middle >= below && middle < above && Number.isFinite(middle)) return middle;
  return below === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : below;
}
