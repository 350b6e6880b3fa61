// A drift report must not cry wolf, and must not sleep: simulations with seeds, so that they say the same every time.
import { describe, expect, it } from 'vitest';
import { compareColumns } from '../../../src/ml/drift/compare.ts';
import { driftOptionsOf } from '../../../src/ml/drift/options.ts';
import { type Random, randomFrom } from '../../../src/ml/stats/random.ts';
import { categorical, normals, numeric, pairOf } from './columns.ts';

const options = driftOptionsOf({ reference: 'a.csv', current: 'b.csv' });
const RUNS = 200;
/** 5 %, and two standard errors of 200 runs. */
const MOST = RUNS * 0.05 + 2 * Math.sqrt(RUNS * 0.05 * 0.95);

function letters(n: number, random: Random): (string | null)[] {
  return Array.from({ length: n }, () =>
    random.unit() < 0.05 ? null : 'abcdefghij'[Math.floor(10 * random.unit() ** 2)]!,
  );
}

describe('200 runs of 20 columns without any change', () => {
  it.each([
    [500, 400],
    [100, 100],
    [60, 1000],
  ])('flag something in one of twenty runs at most: %i and %i rows', (n, m) => {
    let flagged = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = randomFrom(run);
      const pairs = Array.from({ length: 20 }, (_, i) =>
        i % 2 === 0
          ? pairOf(numeric(`n${i}`, normals(n, random)), numeric(`n${i}`, normals(m, random)))
          : pairOf(categorical(`c${i}`, letters(n, random)), categorical(`c${i}`, letters(m, random))),
      );
      if (compareColumns(pairs, options, []).columns.some(({ status }) => status !== 'pass')) flagged++;
    }
    expect(flagged).toBeLessThanOrEqual(MOST);
  });
});

describe('a real change is seen', () => {
  const random = randomFrom(1);
  const reference = normals(5000, random);
  const current = normals(2000, random);

  it('though one value in 5,000 is absurd', () => {
    const spoiled = reference.slice();
    spoiled[17] = 1e6;
    const moved = current.map((value) => value + 1);
    const [column] = compareColumns(
      [pairOf(numeric('x', spoiled), numeric('x', moved))],
      options,
      [],
    ).columns;
    expect(column!.wasserstein!.norm).toBeLessThan(0.1); // the outlier hides it here
    expect(column).toMatchObject({ drifted: true, status: 'warn', decides: { effect: 'ks', limit: 0.1 } });
  });

  it('in two columns that changed places', () => {
    const wide = reference.map((value) => 3 * value + 5);
    const compared = compareColumns(
      [
        pairOf(
          numeric('a', reference),
          numeric(
            'a',
            current.map((value) => 3 * value + 5),
          ),
        ),
        pairOf(numeric('b', wide), numeric('b', current)),
      ],
      options,
      [],
    );
    expect(compared.columns.map(({ drifted }) => drifted)).toEqual([true, true]);
  });

  it('in values that went missing, without a change of the rest', () => {
    const holes = current.map((value, i) => (i % 5 === 0 ? Number.NaN : value));
    const { columns, findings } = compareColumns(
      [pairOf(numeric('x', reference), numeric('x', holes))],
      options,
      [],
    );
    expect(columns[0]).toMatchObject({
      drifted: false,
      status: 'warn',
      missing: { reference: 0, current: 0.2 },
    });
    expect(findings).toMatchObject([{ check: 'missing', subject: 'x', value: 0.2, limit: 0.05 }]);
  });

  it('in a category never seen', () => {
    const before = letters(3000, random);
    const now = letters(3000, random).map((cell, i) => (i % 40 === 0 ? 'NEW' : cell));
    const { columns, findings } = compareColumns(
      [pairOf(categorical('c', before), categorical('c', now))],
      options,
      [],
    );
    expect(columns[0]!.unseen).toBeCloseTo(0.025, 2);
    expect(findings.map(({ check }) => check)).toEqual(['unseen']);
  });

  it('in values beyond the range', () => {
    const now = current.map((value, i) => (i % 50 === 0 ? 40 : value));
    const { findings } = compareColumns([pairOf(numeric('x', reference), numeric('x', now))], options, []);
    expect(findings).toMatchObject([{ check: 'out_of_range', subject: 'x', limit: 0.01 }]);
  });
});

describe('what cannot be compared', () => {
  const random = randomFrom(2);

  it('is skipped with too few rows, and says so', () => {
    const pair = pairOf(numeric('x', normals(500, random)), numeric('x', normals(12, random)));
    const [column] = compareColumns([pair], options, []).columns;
    expect(column).toMatchObject({ status: 'skipped', drifted: false, decides: null });
    expect(column!.reason).toBe('insufficient data: 12 rows with a value, 30 needed');
  });

  it('costs its own numbers, not the report', () => {
    const good = pairOf(numeric('x', normals(500, random)), numeric('x', normals(500, random)));
    const bad = {
      ...pairOf(categorical('c', letters(100, random)), categorical('c', letters(100, random))),
      kind: 'numeric' as const,
    };
    const { columns, findings } = compareColumns([bad, good], options, []);
    expect(columns.map(({ status }) => status)).toEqual(['error', 'pass']);
    expect(findings).toMatchObject([{ check: 'column', subject: 'c', status: 'error' }]);
  });

  it('is equal where both sides are one constant', () => {
    const constant = numeric('x', new Float64Array(100).fill(7));
    expect(compareColumns([pairOf(constant, constant)], options, []).columns[0]).toMatchObject({
      status: 'pass',
      decides: { p: 1, value: 0 },
    });
  });

  it('never needs infinities: they count as missing', () => {
    const infinite = normals(500, random).map((value, i) => (i % 4 === 0 ? Number.POSITIVE_INFINITY : value));
    const { columns } = compareColumns(
      [pairOf(numeric('x', normals(500, random)), numeric('x', infinite))],
      options,
      [],
    );
    expect(columns[0]).toMatchObject({ status: 'warn', missing: { reference: 0, current: 0.25 } });
  });
});
