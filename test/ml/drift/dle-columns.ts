// The columns of fixtures/ml/trees/make_dle.py, by the same formulas.
import type { Column, Frame } from '../../../src/ml/frame/frame.ts';
import { lcg } from '../stats/lcg.ts';
import { categorical, numeric } from './columns.ts';

interface Cars {
  readonly frame: Frame;
  readonly predicted: Float64Array;
  readonly truth: Float64Array;
}

/** Prices whose error grows with age; `shift` makes the cars older, and one city comes that was not there. */
export function cars(rows: number, seed: number, shift: number): Cars {
  const nowhere = lcg(seed + 3, rows);
  const letters = shift === 0 ? 'abcde' : 'abcdf';
  const age = lcg(seed, rows).map((each) => 10 * each + shift);
  const km = lcg(seed + 1, rows).map((each) => Math.floor(each * 200));
  const named = Array.from(lcg(seed + 2, rows), (each) => letters[Math.floor(each * 5)]!);
  const city = named.map((each, i) => (nowhere[i]! < 0.05 ? null : each));
  const luck = lcg(seed + 4, rows);
  const predicted = age.map((each, i) => 40 - 2 * each - 0.02 * km[i]!);
  const truth = predicted.map((each, i) => {
    const noise = (luck[i]! - 0.5) * (1 + age[i]!);
    return Math.max(0.5, each + noise + (city[i] === 'b' ? 1 : 0));
  });
  const columns = [numeric('age', age), categorical('city', city), numeric('km', km)];
  const frame = { rows, columns: new Map(columns.map((column): [string, Column] => [column.name, column])) };
  return { frame, predicted: predicted.map((each) => Math.max(0, each)), truth };
}

export function losingTables(
  rows: { readonly reference: number; readonly current: number },
  seed: number,
  shift: number,
) {
  const before = cars(rows.reference, 500, 0);
  const now = cars(rows.current, seed, shift);
  return {
    used: [
      { name: 'age', kind: 'numeric' },
      { name: 'city', kind: 'categorical' },
      { name: 'km', kind: 'numeric' },
    ] as const,
    sides: { reference: before.frame, current: now.frame },
    predicted: { reference: before.predicted, current: now.predicted },
    numbers: {
      reference: before,
      current: { ...now, truth: new Float64Array(rows.current).fill(Number.NaN) },
    },
  };
}
