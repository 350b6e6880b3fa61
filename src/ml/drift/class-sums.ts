// What metrics need of the classes over some rows. Seven metrics ask for the same rows, so rows are counted once, and ranked
// once, when the first metric asks for a curve; only the sums are kept.
import type { Computed } from '../metrics/data.ts';
import { type ExpectedCounts, expectedCounts, type OneVsRest } from './one-vs-rest.ts';
import { orderByScore, softAveragePrecision, softRanking, softRocAuc } from './soft-curves.ts';

export interface ClassSums {
  readonly all: readonly ExpectedCounts[];
  readonly looked: readonly ExpectedCounts[];
  /** One for each class that is looked at; only where there are scores. */
  areas(): readonly Areas[];
}

export interface Areas {
  readonly rocAuc: Computed;
  readonly averagePrecision: Computed;
}

/** Sums are kept as long as the array of rows itself, by which they are known: it must not be changed. */
export function summing(
  all: readonly OneVsRest[],
  looked: readonly OneVsRest[],
): (rows: Int32Array) => ClassSums {
  const known = new WeakMap<Int32Array, ClassSums>();
  return (rows) => {
    const found = known.get(rows) ?? sumsOf(all, looked, rows);
    known.set(rows, found);
    return found;
  };
}

function sumsOf(all: readonly OneVsRest[], looked: readonly OneVsRest[], rows: Int32Array): ClassSums {
  const counts = new Map(all.map((each) => [each, expectedCounts(each, rows)]));
  let areas: readonly Areas[] | undefined;
  return {
    all: [...counts.values()],
    looked: looked.map((each) => counts.get(each)!),
    areas() {
      areas ??= looked.map((each) => areasOf(each, rows));
      return areas;
    },
  };
}

function areasOf(one: OneVsRest, rows: Int32Array): Areas {
  const ranking = softRanking(orderByScore(one, rows));
  return { rocAuc: softRocAuc(ranking), averagePrecision: softAveragePrecision(ranking) };
}
