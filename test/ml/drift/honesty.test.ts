// A drift report must not cry wolf, and must not sleep: simulations with seeds, so that they say the same every time.
import { describe, expect, it } from 'vitest';
import { type Chunks, chunksOf, numericEffect } from '../../../src/ml/drift/chunks.ts';
import { compareColumns } from '../../../src/ml/drift/compare.ts';
import { driftOptionsOf } from '../../../src/ml/drift/options.ts';
import { jensenShannon } from '../../../src/ml/stats/jensen-shannon.ts';
import { ksStatistic } from '../../../src/ml/stats/ks.ts';
import { standardDeviation } from '../../../src/ml/stats/moments.ts';
import { countInBins, quantileEdges } from '../../../src/ml/stats/quantile-bins.ts';
import { sharesOf } from '../../../src/ml/stats/shares.ts';
import { wasserstein } from '../../../src/ml/stats/wasserstein.ts';
import { type Random, randomFrom } from '../../../src/util/random.ts';
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

describe('20 columns that wander by themselves, without any change', () => {
  const wander = (n: number, chance: Random): Float64Array => {
    let last = 0;
    return normals(n, chance, 0, Math.sqrt(1 - 0.9 ** 2)).map((noise) => (last = 0.9 * last + noise));
  };
  const random = randomFrom(5);
  const pairs = Array.from({ length: 20 }, (_, i) =>
    pairOf(numeric(`w${i}`, wander(5000, random)), numeric(`w${i}`, wander(300, random))),
  );
  const drifted = (chunks: Chunks) =>
    compareColumns(pairs, options, chunks).columns.filter((column) => column.drifted).length;

  it('fool a test that takes rows as independent', () => {
    expect(drifted([])).toBeGreaterThanOrEqual(10);
  });

  it('do not pass the limits that parts of the reference set', () => {
    const time = numeric(
      't',
      Float64Array.from({ length: 5000 }, (_, i) => i),
    );
    const chunks = chunksOf(time, time, '300 rows', 30);
    expect(chunks.length).toBe(17);
    expect(drifted(chunks)).toBeLessThanOrEqual(4);
  });
});

describe('the effect of a part against the rest', () => {
  it.each(['ks', 'js', 'wasserstein_norm'] as const)(
    'by the shortcut over all rows is that of a plain comparison: %s',
    (effect) => {
      const random = randomFrom(9);
      const part = normals(150, random, 0.4);
      const rest = normals(850, random);
      const all = Float64Array.from([...part, ...rest]).sort();
      const short = numericEffect(effect, all, part.slice().sort(), 10);
      if (effect === 'ks')
        expect(short).toBeCloseTo(ksStatistic(part.slice().sort(), rest.slice().sort()), 12);
      if (effect === 'wasserstein_norm')
        expect(short).toBeCloseTo(
          wasserstein(part.slice().sort(), rest.slice().sort()) / standardDeviation(all),
          12,
        );
      if (effect === 'js') {
        const edges = quantileEdges(all, 10);
        const shares = [part, rest].map((each) => sharesOf(countInBins(each.slice().sort(), edges)));
        expect(short).toBeCloseTo(jensenShannon(shares[0]!, shares[1]!), 12);
      }
    },
  );
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
