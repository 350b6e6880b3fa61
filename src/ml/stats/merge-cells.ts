export interface MergedCells {
  /** Kept cells in their order; the merged rest, if any, is last. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly merged: number;
}

const MIN_EXPECTED = 5;
const MIN_SHARE = 0.01;

/**
 * Joins cells too thin for a chi-square test into one (Cochran's rule): expected count under 5 on either side, or a
 * share under 1 % on both. A rest that is still too thin takes in the thinnest kept cell.
 */
export function mergeCells(a: ArrayLike<number>, b: ArrayLike<number>): MergedCells {
  const sumA = sumOf(a);
  const sumB = sumOf(b);
  const smaller = Math.min(sumA, sumB) / (sumA + sumB);
  const expected = (i: number) => (a[i]! + b[i]!) * smaller;
  const thin = (i: number) => expected(i) < MIN_EXPECTED || Math.max(a[i]! / sumA, b[i]! / sumB) < MIN_SHARE;
  const cells = Array.from(a, (_, i) => i);
  let kept = cells.filter((i) => !thin(i));
  let rest = cells.filter(thin);
  const restExpected = () => rest.reduce((sum, i) => sum + expected(i), 0);
  if (rest.length > 0 && restExpected() < MIN_EXPECTED && kept.length > 0) {
    const thinnest = kept.reduce((least, i) => (expected(i) < expected(least) ? i : least));
    kept = kept.filter((i) => i !== thinnest);
    rest = [...rest, thinnest];
  }
  const join = (of: ArrayLike<number>) => [
    ...kept.map((i) => of[i]!),
    ...(rest.length > 0 ? [rest.reduce((sum, i) => sum + of[i]!, 0)] : []),
  ];
  return { a: join(a), b: join(b), merged: rest.length };
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
