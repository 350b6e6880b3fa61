// The best group of categories to send left, as LightGBM 4.5 searches it: one against the rest where there are few, else
// categories in the order of gradient over hessian, gathered from either end (Fisher 1958), with more regularisation.
import type { Binned } from './boost-binned.ts';
import type { Histogram, Sums } from './boost-histogram.ts';
import { type BoostOptions, EPSILON } from './boost-options.ts';
import { type Cut, leafGain, rounded, type Search, type Split, searchOf, splitOf } from './boost-split.ts';

/** max_cat_to_onehot */
const FEW_BINS = 4;
/** cat_smooth */
const SMOOTH = 10;
/** cat_l2 */
const L2 = 10;
/** max_cat_threshold */
const MOST_IN_GROUP = 32;
/** min_data_per_group */
const MIN_GROUP_ROWS = 100;

export function categoricalSplit(
  histogram: Histogram,
  at: number,
  column: Binned & { kind: 'categorical' },
  sums: Sums,
  options: BoostOptions,
): Split | null {
  const search = searchOf(sums, options);
  if (column.bins <= FEW_BINS) {
    const cut = oneAgainstRest(histogram, column, search);
    return cut && splitOf(at, search, cut, 0, { kind: 'categorical', bins: [cut.bin] });
  }
  const found = grouped(histogram, column, search);
  return found && splitOf(at, search, found.cut, L2, { kind: 'categorical', bins: found.bins });
}

function oneAgainstRest(histogram: Histogram, { start, bins }: Binned, search: Search): Cut | null {
  const { minLeafRows, minLeafHessian } = search.options;
  let best: Cut | null = null;
  for (let bin = 1; bin < bins; bin++) {
    const gradient = histogram[2 * (start + bin)]!;
    const hessian = histogram[2 * (start + bin) + 1]!;
    const rows = rounded(hessian * search.rowsPerHessian);
    const otherHessian = search.hessian - hessian - EPSILON;
    if (rows < minLeafRows || hessian < minLeafHessian) continue;
    if (search.rows - rows < minLeafRows || otherHessian < minLeafHessian) continue;
    const gain =
      leafGain(search.gradient - gradient, otherHessian, 0) + leafGain(gradient, hessian + EPSILON, 0);
    if (gain > search.whole && gain > (best?.gain ?? Number.NEGATIVE_INFINITY))
      best = { bin, gain, left: { gradient, hessian: hessian + EPSILON, rows } };
  }
  return best;
}

interface Grouped {
  readonly cut: Cut;
  readonly bins: readonly number[];
}

function grouped(histogram: Histogram, { start, bins }: Binned, search: Search): Grouped | null {
  const gradient = (bin: number) => histogram[2 * (start + bin)]!;
  const hessian = (bin: number) => histogram[2 * (start + bin) + 1]!;
  const share = (bin: number) => gradient(bin) / (hessian(bin) + SMOOTH);
  const ordered = Array.from({ length: bins - 1 }, (_, i) => i + 1)
    .filter((bin) => rounded(hessian(bin) * search.rowsPerHessian) >= SMOOTH)
    .sort((a, b) => share(a) - share(b));
  const most = Math.min(MOST_IN_GROUP, Math.trunc((ordered.length + 1) / 2));
  const up = gatherFrom(ordered.slice(0, most), gradient, hessian, search, null);
  return gatherFrom(ordered.reverse().slice(0, most), gradient, hessian, search, up);
}

/** `best` = what must be beaten. */
function gatherFrom(
  ordered: readonly number[],
  gradientOf: (bin: number) => number,
  hessianOf: (bin: number) => number,
  search: Search,
  best: Grouped | null,
): Grouped | null {
  const { minLeafRows, minLeafHessian } = search.options;
  let gradient = 0;
  let hessian = EPSILON;
  let rows = 0;
  let inGroup = 0;
  for (const [i, bin] of ordered.entries()) {
    const count = rounded(hessianOf(bin) * search.rowsPerHessian);
    gradient += gradientOf(bin);
    hessian += hessianOf(bin);
    rows += count;
    inGroup += count;
    if (rows < minLeafRows || hessian < minLeafHessian) continue;
    const right = search.rows - rows;
    if (right < minLeafRows || right < MIN_GROUP_ROWS) break;
    const rightHessian = search.hessian - hessian;
    if (rightHessian < minLeafHessian) break;
    if (inGroup < MIN_GROUP_ROWS) continue;
    inGroup = 0;
    const gain = leafGain(gradient, hessian, L2) + leafGain(search.gradient - gradient, rightHessian, L2);
    if (gain > search.whole && gain > (best?.cut.gain ?? Number.NEGATIVE_INFINITY))
      best = { cut: { bin, gain, left: { gradient, hessian, rows } }, bins: ordered.slice(0, i + 1) };
  }
  return best;
}
