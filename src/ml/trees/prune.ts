import type { TreeNode } from './tree.ts';

/**
 * A tree of numbers without the splits at its ends whose two means are fewer than `errors` standard errors apart: those
 * tell more of the rows at hand than of others.
 */
export function pruned(node: TreeNode, errors: number): TreeNode {
  if (node.kind === 'leaf') return node;
  const left = pruned(node.left, errors);
  const right = pruned(node.right, errors);
  const ends = left.kind === 'leaf' && right.kind === 'leaf';
  if (!ends || apart(left, right) >= errors) return { ...node, left, right };
  const { test: _test, left: _left, right: _right, ...reached } = node;
  return { ...reached, kind: 'leaf' };
}

/** Difference of the means in standard errors (Welch). */
function apart(a: TreeNode, b: TreeNode): number {
  const error = Math.sqrt(a.impurity / a.rows + b.impurity / b.rows);
  const difference = Math.abs(a.value[0]! - b.value[0]!);
  return error === 0 ? Number.POSITIVE_INFINITY : difference / error;
}
