// One tree of a boosted model, as arrays by node. A child ≥ 0 is a node, below 0 the leaf ~child.

export interface BoostTree {
  readonly nodes: readonly BoostNode[];
  /** Output of each leaf, learning rate included. */
  readonly values: Float64Array;
  /** Training rows of each leaf. */
  readonly rows: Int32Array;
}

export type BoostNode = {
  readonly feature: number;
  /** What the split took away from the loss, as float32 has it. */
  readonly gain: number;
  left: number;
  right: number;
} & (
  | {
      readonly kind: 'numeric';
      /** Left: value ≤ threshold. */
      readonly threshold: number;
      /** Where a missing value goes; `zero` = as 0 does, because training saw none missing. */
      readonly missing: 'left' | 'right' | 'zero';
    }
  | {
      readonly kind: 'categorical';
      /** Codes that go left; all others, missing ones included, go right. */
      readonly codes: ReadonlySet<number>;
    }
);

/** Index of the leaf that a row falls into; `columns` by feature, a missing value is NaN. */
export function leafAt({ nodes }: BoostTree, columns: readonly Float64Array[], row: number): number {
  let at = nodes.length === 0 ? -1 : 0;
  while (at >= 0) {
    const node = nodes[at]!;
    at = goesLeft(node, columns[node.feature]![row]!) ? node.left : node.right;
  }
  return ~at;
}

function goesLeft(node: BoostNode, value: number): boolean {
  if (node.kind === 'categorical') return node.codes.has(value);
  if (!Number.isNaN(value)) return value <= node.threshold;
  return node.missing === 'zero' ? 0 <= node.threshold : node.missing === 'left';
}
