// The way to a leaf as a rule in words: `12 < temp <= 18 and weather is fog or rain`.
import type { TreeTest } from '../trees/tree.ts';

export interface Step {
  readonly test: TreeTest;
  readonly yes: boolean;
}

/** Whether a category may be named. */
export type Named = (column: string, category: string) => boolean;

/** Of several cuts of a column only the narrowest remain. */
export function pathInWords(path: readonly Step[], named: Named): string {
  if (path.length === 0) return 'always';
  const columns = [...new Set(path.map(({ test }) => test.column))];
  return columns
    .flatMap((column) => {
      const steps = path.filter(({ test }) => test.column === column);
      return [...presence(column, steps), ...range(column, steps), ...among(column, steps, named)];
    })
    .join(' and ');
}

function presence(column: string, steps: readonly Step[]): readonly string[] {
  const found = steps.find(({ test }) => test.kind === 'present');
  return found ? [`${column} has ${found.yes ? 'a' : 'no'} value`] : [];
}

function range(column: string, steps: readonly Step[]): readonly string[] {
  const cuts = (side: boolean): number[] =>
    steps.flatMap(({ test, yes }) => (test.kind === 'at-most' && yes === side ? [test.threshold] : []));
  const [above, upTo] = [cuts(false), cuts(true)];
  const low = above.length > 0 ? Number(Math.max(...above).toPrecision(6)) : null;
  const high = upTo.length > 0 ? Number(Math.min(...upTo).toPrecision(6)) : null;
  if (low === null) return high === null ? [] : [`${column} <= ${high}`];
  return [high === null ? `${column} > ${low}` : `${low} < ${column} <= ${high}`];
}

const MOST_NAMED = 6;

/** The last test of a column knows the categories that are left. */
function among(column: string, steps: readonly Step[], named: Named): readonly string[] {
  const last = steps.findLast(({ test }) => test.kind === 'among');
  if (last?.test.kind !== 'among') return [];
  const categories = last.yes ? last.test.left : last.test.right;
  const shown = categories.filter((each) => named(column, each)).slice(0, MOST_NAMED);
  const others = categories.length - shown.length;
  const words = [
    ...shown,
    ...(others > 0
      ? [shown.length === 0 ? 'a rare value' : others === 1 ? 'another' : `one of ${others} others`]
      : []),
  ];
  return words.length === 0 ? [] : [`${column} is ${words.join(' or ')}`];
}
