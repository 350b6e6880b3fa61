export interface MergedCells {
  /** Kept cells in their order; then the pools of thin ones. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** How many cells were pooled. */
  readonly merged: number;
}

const MIN_EXPECTED = 5;
const MIN_SHARE = 0.01;

/**
 * Pools cells too thin for a chi-square test (Cochran's rule): expected count under 5 on either side, or a share under
 * 1 % of both together: what is pooled may not depend on where the rows lie, or chance would look like drift. Neighbours
 * join until they are thin no more; one pool for all would hide any change among many small categories. A last pool of
 * too few joins the one before, or else the thinnest kept cell.
 */
export function mergeCells(a: ArrayLike<number>, b: ArrayLike<number>): MergedCells {
  const sumA = sumOf(a);
  const sumB = sumOf(b);
  const smaller = Math.min(sumA, sumB) / (sumA + sumB);
  const expected = (cell: Cell) => (cell.a + cell.b) * smaller;
  const isThin = (cell: Cell) =>
    expected(cell) < MIN_EXPECTED || (cell.a + cell.b) / (sumA + sumB) < MIN_SHARE;
  const cells = Array.from(a, (count, i) => ({ a: count, b: b[i]! }));
  const thin = cells.filter(isThin);
  let kept = cells.filter((cell) => !isThin(cell));
  let pools = poolsOf(thin, isThin);
  let merged = thin.length;
  const last = pools.at(-1);
  if (last && expected(last) < MIN_EXPECTED) {
    if (pools.length > 1) pools = [...pools.slice(0, -2), joined(pools.at(-2)!, last)];
    else if (kept.length > 0) {
      const thinnest = kept.reduce((least, cell) => (expected(cell) < expected(least) ? cell : least));
      kept = kept.filter((cell) => cell !== thinnest);
      pools = [joined(thinnest, last)];
      merged++;
    }
  }
  const all = [...kept, ...pools];
  return { a: all.map((cell) => cell.a), b: all.map((cell) => cell.b), merged };
}

interface Cell {
  readonly a: number;
  readonly b: number;
}

/** Only the last can still be thin. */
function poolsOf(cells: readonly Cell[], isThin: (cell: Cell) => boolean): readonly Cell[] {
  const pools: Cell[] = [];
  for (const cell of cells) {
    const open = pools.at(-1);
    if (open && isThin(open)) pools[pools.length - 1] = joined(open, cell);
    else pools.push(cell);
  }
  return pools;
}

function joined(x: Cell, y: Cell): Cell {
  return { a: x.a + y.a, b: x.b + y.b };
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
