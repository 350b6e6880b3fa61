// The way from the root of a tree to a leaf, as one row filter that people read and `slices:` takes.
import { columnText, literalText } from '../frame/where-parse.ts';
import type { TreeLeaf, TreeNode, TreeTest } from '../trees/tree.ts';
import type { SegmentFeature } from './segment-features.ts';

export interface Step {
  readonly test: TreeTest;
  readonly yes: boolean;
}

/** Every leaf with its way, from the left. */
export function leavesOf(
  node: TreeNode,
  way: readonly Step[] = [],
): readonly { readonly leaf: TreeLeaf; readonly way: readonly Step[] }[] {
  if (node.kind === 'leaf') return [{ leaf: node, way }];
  return [
    ...leavesOf(node.left, [...way, { test: node.test, yes: true }]),
    ...leavesOf(node.right, [...way, { test: node.test, yes: false }]),
  ];
}

/** null when it could not be said without naming a category of too few rows. */
export function whereOf(way: readonly Step[], features: ReadonlyMap<string, SegmentFeature>): string | null {
  const byColumn = new Map<string, Step[]>();
  for (const step of way) byColumn.set(step.test.column, [...(byColumn.get(step.test.column) ?? []), step]);
  const parts = [...byColumn].map(([name, steps]) => conditionOf(steps, features.get(name)!));
  return parts.includes(null) ? null : parts.join(' and ');
}

function conditionOf(steps: readonly Step[], of: SegmentFeature): string | null {
  const name = columnText(of.feature.name)!;
  const missing = steps.every(({ test, yes }) =>
    test.kind === 'present' ? !yes : (test.missing === 'left') === yes,
  );
  const told =
    of.feature.kind === 'numeric'
      ? boundsOf(steps, name, of)
      : categoriesOf(steps, name, of.feature.dictionary, of);
  if (told === null) return null;
  if (steps.some(({ test, yes }) => test.kind === 'present' && !yes)) return `${name} = null`;
  if (told === '') return `${name} != null`;
  return missing && of.column.nulls > 0 ? `(${told} or ${name} = null)` : told;
}

/** Numbers as short as people would write them: what the filter says is what is measured. */
function boundsOf(steps: readonly Step[], name: string, { column }: SegmentFeature): string {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { test, yes } of steps) {
    if (test.kind !== 'at-most') continue;
    if (yes) high = Math.min(high, test.threshold);
    else low = Math.max(low, test.threshold);
  }
  const short = (value: number): string =>
    String(column.type === 'int64' ? Math.floor(value) : Number(value.toPrecision(4)));
  return [
    ...(low === Number.NEGATIVE_INFINITY ? [] : [`${name} > ${short(low)}`]),
    ...(high === Number.POSITIVE_INFINITY ? [] : [`${name} <= ${short(high)}`]),
  ].join(' and ');
}

function categoriesOf(
  steps: readonly Step[],
  name: string,
  dictionary: readonly string[],
  { column, named }: SegmentFeature,
): string | null {
  const inside = dictionary.filter(
    (each) =>
      named.has(each) &&
      steps.every(({ test, yes }) => test.kind === 'among' && (yes ? test.left : test.right).includes(each)),
  );
  if (inside.length === 0) return null;
  const literal = (text: string): string => (column.kind === 'boolean' ? text : literalText(text));
  return inside.length === 1
    ? `${name} = ${literal(inside[0]!)}`
    : `${name} in (${inside.map(literal).join(', ')})`;
}
