// The best two groups of the categories of a column. In the order of their mean target, or of their share of a class, the
// best grouping is a cut of that order (Breiman et al., "Classification and Regression Trees", 1984, theorem 4.5: exact for
// regression and two classes). With more classes the order of each class's share is tried: good, not always the best.
import type { Level, Split } from './split-numeric.ts';
import { addRow, addSums, emptySums, purityOfSplit, type Sums, type Target } from './sums.ts';

export function categorySplits(
  feature: {
    readonly name: string;
    readonly codes: Int32Array;
    readonly dictionary: readonly string[];
  },
  level: Level,
  target: Target,
): readonly (Split | undefined)[] {
  const { codes, dictionary } = feature;
  const { nodeOf, total } = level;
  // A missing value is a category like any other: the last one.
  const size = dictionary.length + 1;
  const nodes = total.rows.length;
  const cells = emptySums(nodes * size, total.outputs);
  for (let row = 0; row < codes.length; row++) {
    const node = nodeOf[row]!;
    if (node >= 0) addRow(cells, node * size + (codes[row]! < 0 ? size - 1 : codes[row]!), target, row);
  }
  return Array.from({ length: nodes }, (_, node) => {
    const seen = Array.from({ length: size }, (__, code) => code).filter(
      (code) => cells.rows[node * size + code]! > 0,
    );
    const found = orderings(seen, cells, node * size).flatMap((order) => bestCut(order, cells, node, level));
    if (found.length === 0) return undefined;
    const best = found.reduce((a, b) => (b.purity > a.purity ? b : a));
    return { purity: best.purity, test: among(feature, best) };
  });
}

/** The orders worth cutting. One is enough where there is one number a category: a mean, or the share of the second of two classes. */
function orderings(codes: readonly number[], cells: Sums, first: number): readonly (readonly number[])[] {
  const { outputs, of, weight } = cells;
  const tried =
    outputs === 1 ? [0] : outputs === 2 ? [1] : Array.from({ length: outputs }, (_, output) => output);
  return tried.map((output) => {
    const share = (code: number): number => of[(first + code) * outputs + output]! / weight[first + code]!;
    return [...codes].sort((a, b) => share(a) - share(b) || a - b);
  });
}

interface Cut {
  readonly purity: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly missingRows: number;
  readonly leftRows: number;
  readonly rows: number;
}

/** None when no cut leaves enough rows on both sides. */
function bestCut(order: readonly number[], cells: Sums, node: number, level: Level): Cut[] {
  const { total, minLeafRows } = level;
  const size = cells.rows.length / total.rows.length;
  const left = emptySums(total.rows.length, total.outputs);
  const rows = total.rows[node]!;
  let best: Cut | undefined;
  for (let cut = 1; cut < order.length; cut++) {
    addSums(left, node, cells, node * size + order[cut - 1]!);
    const leftRows = left.rows[node]!;
    if (leftRows < minLeafRows || rows - leftRows < minLeafRows) continue;
    const purity = purityOfSplit(total, left, node);
    if (best && purity <= best.purity) continue;
    best = {
      purity,
      left: order.slice(0, cut),
      right: order.slice(cut),
      missingRows: cells.rows[(node + 1) * size - 1]!,
      leftRows,
      rows,
    };
  }
  return best ? [best] : [];
}

function among(
  { name, dictionary }: { readonly name: string; readonly dictionary: readonly string[] },
  { left, right, missingRows, leftRows, rows }: Cut,
): Split['test'] {
  const named = (codes: readonly number[]): string[] =>
    [...codes]
      .filter((code) => code < dictionary.length)
      .sort((a, b) => a - b)
      .map((code) => dictionary[code]!);
  const missingLeft = missingRows > 0 ? left.includes(dictionary.length) : leftRows > rows - leftRows;
  return {
    kind: 'among',
    column: name,
    left: named(left),
    right: named(right),
    missing: missingLeft ? 'left' : 'right',
  };
}
