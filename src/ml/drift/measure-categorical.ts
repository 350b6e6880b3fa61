import { byCodeUnit } from '../../util/compare.ts';
import { betaBinomialUpperTail } from '../stats/beta-binomial.ts';
import { chi2Contingency } from '../stats/chi2-contingency.ts';
import { cramersV } from '../stats/cramers-v.ts';
import { jensenShannon } from '../stats/jensen-shannon.ts';
import { mergeCells } from '../stats/merge-cells.ts';
import { mostMoved } from '../stats/most-moved.ts';
import { psi, psiCritical } from '../stats/psi.ts';
import { sharesOf } from '../stats/shares.ts';
import { totalVariation } from '../stats/total-variation.ts';
import { type Measured, NO_STATISTICS } from './measure.ts';
import { type CategoricalSide, present } from './sides.ts';

export interface CategoricalMethod {
  readonly psiFloor: number;
  readonly maxCategories: number;
  /** Names held by fewer rows on both sides are not written: they may be a person. */
  readonly minCount: number;
  /** Of all rows that the reference stands for, where it is a sample of them. */
  readonly seen?: ReadonlySet<string>;
}

const OTHER = '__other__';
const PICTURE_CATEGORIES = 20;

/** Neither side empty. */
export function measureCategorical(
  reference: CategoricalSide,
  current: CategoricalSide,
  method: CategoricalMethod,
): Measured {
  const cells = cellsOf(reference, current, method.maxCategories);
  const p = sharesOf(cells.map(({ a }) => a));
  const q = sharesOf(cells.map(({ b }) => b));
  const merged = mergeCells(
    cells.map(({ a }) => a),
    cells.map(({ b }) => b),
  );
  const test = chi2Contingency(merged.a, merged.b);
  const js = jensenShannon(p, q);
  const tvd = totalVariation(p, q);
  const association = test
    ? cramersV(test.statistic, present(reference) + present(current), merged.a.length)
    : 0;
  const moved = cells[mostMoved(p, q)]!;
  return {
    statistics: {
      ...NO_STATISTICS,
      js: { value: js },
      psi: {
        value: psi(p, q, method.psiFloor),
        critical: psiCritical(p.length, present(reference), present(current)),
        bins: p.length,
      },
      chi2: test ? { ...test, merged: merged.merged } : null,
      tvd: { value: tvd },
      cramers_v: { value: association },
      most_moved: {
        category: Math.max(moved.a, moved.b) >= method.minCount ? moved.name : OTHER,
        reference: moved.a / present(reference),
        current: moved.b / present(current),
      },
    },
    test: 'chi2',
    p: test?.p ?? 1,
    effects: { js, tvd, cramers_v: association },
    strangers: unseen(reference, current, method.seen),
    histogram: { edges: null, ...picture(cells, method.minCount) },
  };
}

interface Cell {
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** The categories with most rows, by name; the rest as one cell. */
function cellsOf(reference: CategoricalSide, current: CategoricalSide, most: number): Cell[] {
  const names = new Set([...reference.counts.keys(), ...current.counts.keys()]);
  const cells = [...names].map((name) => ({
    name,
    a: reference.counts.get(name) ?? 0,
    b: current.counts.get(name) ?? 0,
  }));
  return foldRest(cells, most);
}

function foldRest(cells: readonly Cell[], most: number): Cell[] {
  const ranked = [...cells].sort((x, y) => y.a + y.b - x.a - x.b || byCodeUnit(x.name, y.name));
  const kept = ranked.slice(0, most).sort((x, y) => byCodeUnit(x.name, y.name));
  const rest = ranked.slice(most);
  return rest.length === 0 ? kept : [...kept, joined(rest)];
}

function joined(cells: readonly Cell[]): Cell {
  return {
    name: OTHER,
    a: cells.reduce((sum, each) => sum + each.a, 0),
    b: cells.reduce((sum, each) => sum + each.b, 0),
  };
}

/**
 * The chance that a new row of the same distribution is of a category never seen is about the share of categories seen
 * once (Good and Turing), here as Beta(once + 1, n − once).
 */
function unseen(
  reference: CategoricalSide,
  current: CategoricalSide,
  seen: { has(name: string): boolean } = reference.counts,
): Measured['strangers'] {
  let strange = 0;
  for (const [name, count] of current.counts) if (!seen.has(name)) strange += count;
  let once = 0;
  for (const count of reference.counts.values()) if (count === 1) once++;
  const n = present(reference);
  return {
    share: strange / present(current),
    p: once >= n ? 1 : betaBinomialUpperTail(strange, present(current), once + 1, n - once),
  };
}

function picture(
  cells: readonly Cell[],
  minCount: number,
): Pick<Measured['histogram'], 'categories' | 'shares'> {
  const nameable = cells.filter(({ name, a, b }) => name !== OTHER && Math.max(a, b) >= minCount);
  const rest = cells.filter((each) => !nameable.includes(each));
  const shown = foldRest(nameable, PICTURE_CATEGORIES);
  const folded = shown.at(-1)?.name === OTHER ? shown.pop()! : undefined;
  const others = [...(folded ? [folded] : []), ...rest];
  const all = others.length === 0 ? shown : [...shown, joined(others)];
  return {
    categories: all.map(({ name }) => name),
    shares: {
      reference: [...sharesOf(all.map(({ a }) => a))],
      current: [...sharesOf(all.map(({ b }) => b))],
    },
  };
}
