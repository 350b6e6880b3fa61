// What must hold for any table.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/ml/frame/frame.ts';
import { encodeRows, fitFrequencyEncoder } from '../../../src/ml/multivariate/frequency-encoder.ts';
import {
  lostNorms,
  lostParts,
  momentsOf,
  principalComponents,
} from '../../../src/ml/multivariate/principal-components.ts';
import { correlation, ranks } from '../../../src/ml/stats/spearman.ts';
import { symmetricEigen } from '../../../src/ml/stats/symmetric-eigen.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { numeric } from '../drift/columns.ts';
import { frameOf, related, together, usedOf } from './tables.ts';

const seed = fc.integer({ min: 0, max: 1e6 });

function errorsOf(frame: Frame): Float64Array {
  const encoders = usedOf(frame).map(({ name, kind }) =>
    fitFrequencyEncoder(frame.columns.get(name)!, kind === 'categorical'),
  );
  const block = encodeRows(encoders, frame);
  return lostNorms(principalComponents(momentsOf(block, encoders.length), 0.65), block);
}

function near(a: Float64Array, b: Float64Array): void {
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => {
    expect(Math.abs(value - b[i]!)).toBeLessThan(1e-8);
  });
}

describe('the reconstruction error', () => {
  it('does not depend on the order of columns, nor on units', () => {
    fc.assert(
      fc.property(
        seed,
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.double({ min: -100, max: 100, noNaN: true }),
        (from, scale, shift) => {
          const frame = related(60, 4, randomFrom(from));
          const columns = [...frame.columns.values()];
          const turned = frameOf([...columns].reverse());
          const rescaled = frameOf(
            columns.map((column) =>
              column.kind === 'numeric'
                ? numeric(
                    column.name,
                    column.values.map((x) => scale * x + shift),
                  )
                : column,
            ),
          );
          near(errorsOf(turned), errorsOf(frame));
          near(errorsOf(rescaled), errorsOf(frame));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is the length of what is lost', () => {
    const frame = related(60, 4, randomFrom(1));
    const encoders = usedOf(frame).map(({ name, kind }) =>
      fitFrequencyEncoder(frame.columns.get(name)!, kind === 'categorical'),
    );
    const block = encodeRows(encoders, frame);
    const model = principalComponents(momentsOf(block, 5), 0.65);
    const parts = lostParts(model, block);
    near(
      lostNorms(model, block),
      Float64Array.from({ length: 60 }, (_, row) => Math.hypot(...parts.subarray(5 * row, 5 * row + 5))),
    );
  });
});

describe('eigenvectors', () => {
  it('are orthonormal, and put the matrix together again', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 8 }), (from, n) => {
        const random = randomFrom(from);
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = 2 * random.unit() - 1;
        const { values, vectors } = symmetricEigen(a, n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let dot = 0;
            let entry = 0;
            for (let k = 0; k < n; k++) {
              dot += vectors[i * n + k]! * vectors[j * n + k]!;
              entry += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
            }
            expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
            expect(entry).toBeCloseTo(a[i * n + j]!, 10);
          }
        expect([...values]).toEqual([...values].sort((x, y) => y - x));
      }),
      { numRuns: 60 },
    );
  });
});

describe('Spearman’s correlation', () => {
  const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 30 });
  const rho = (x: readonly number[], y: readonly number[]) =>
    correlation(ranks(Float64Array.from(x)), ranks(Float64Array.from(y)));

  it('is symmetric, in −1 … 1, and blind to monotone changes of unit; a falling one turns its sign', () => {
    fc.assert(
      fc.property(numbers, seed, (x, from) => {
        const random = randomFrom(from);
        const y = x.map((value) => value + random.below(20));
        const found = rho(x, y);
        expect(rho(y, x)).toBe(found);
        if (found === null) return;
        expect(Math.abs(found)).toBeLessThanOrEqual(1);
        expect(
          rho(
            x.map((value) => value ** 3 + 2 * value),
            y,
          ),
        ).toBe(found);
        expect(
          rho(
            x.map((value) => -value),
            y,
          ),
        ).toBeCloseTo(-found, 12);
      }),
    );
  });

  it('has no value for a constant', () => {
    expect(rho([1, 1, 1], [1, 2, 3])).toBeNull();
  });
});

describe('bad columns', () => {
  it('give a reason, not a crash: one column, too few rows, all missing, constant, infinite', async () => {
    const random = randomFrom(4);
    const good = related(200, 2, random);
    const only = frameOf([good.columns.get('n0')!]);
    expect((await together(only, only)).unavailable).toMatchObject({
      pca: 'needs two columns or more, there is one',
    });
    const few = related(20, 2, random);
    expect((await together(few, good)).unavailable).toMatchObject({
      pca: 'insufficient data: 20 rows, 30 needed',
    });
    for (const value of [Number.NaN, 7, Infinity]) {
      const bad = frameOf([...good.columns.values(), numeric('bad', new Float64Array(200).fill(value))]);
      const { report } = await together(bad, bad, { detector: { kind: 'pca', autodeploy: true } });
      expect(report.pca!.error.current).toBeGreaterThan(0);
      expect(report.pca!.drifted).toBe(false);
      expect(report.detector!.columns).not.toContain('bad');
      expect(JSON.stringify(report)).not.toMatch(/null,null|NaN/);
    }
  });

  it('that have nothing in common leave no error to look at', async () => {
    const random = randomFrom(4);
    const apart = frameOf(
      ['a', 'b'].map((name) =>
        numeric(
          name,
          Float64Array.from({ length: 500 }, () => random.unit()),
        ),
      ),
    );
    const { report, unavailable } = await together(apart, apart);
    expect(report.pca).toBeNull();
    expect(unavailable['pca']).toContain('too little in common');
    expect(unavailable['outliers']).toContain('neither components nor a detector');
  });
});
