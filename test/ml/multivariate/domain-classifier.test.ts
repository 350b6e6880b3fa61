import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DomainInput,
  domainClassifier,
  domainFindings,
} from '../../../src/ml/multivariate/domain-classifier.ts';
import type { DomainColumn } from '../../../src/ml/multivariate/domain-features.ts';
import { stratifiedFolds } from '../../../src/ml/multivariate/stratified-folds.ts';
import { randomFrom } from '../../../src/util/random.ts';
import { categorical, normals, numeric } from '../drift/columns.ts';

interface Fixture {
  readonly folds: readonly { readonly classes: readonly number[]; readonly folds: readonly number[] }[];
}
const { folds } = JSON.parse(readFileSync(resolve('fixtures/ml/trees/domain.json'), 'utf8')) as Fixture;

const DEFAULTS = { rows: 5000, floor: 0.6 };
const ROWS = 120;

function inputOf(columns: readonly DomainColumn[], rows = ROWS): DomainInput {
  return { columns, rows: { reference: rows, current: rows }, parts: [], alpha: 0.05, minRows: 30, seed: 1 };
}

/** `moved` by so many standard deviations; `still` never moves. */
function columnsOf(seed: number, shift: number, rows = ROWS): DomainColumn[] {
  const random = randomFrom(seed);
  return [
    {
      name: 'still',
      kind: 'numeric',
      reference: numeric('still', normals(rows, random)),
      current: numeric('still', normals(rows, random)),
    },
    {
      name: 'moved',
      kind: 'numeric',
      reference: numeric('moved', normals(rows, random)),
      current: numeric('moved', normals(rows, random, shift)),
    },
  ];
}

async function reportOf(input: DomainInput, options = DEFAULTS) {
  const report = await domainClassifier(input, options);
  if (typeof report === 'string') throw new Error(report);
  return report;
}

describe('folds', () => {
  it.each(folds)('are those of scikit-learn’s StratifiedKFold', ({ classes, folds: theirs }) => {
    expect([...stratifiedFolds(Uint8Array.from(classes), 5)]).toEqual(theirs);
  });
});

describe('a model that tells two data sets apart', () => {
  it('raises a false alarm no more often than asked for, and is near a half', async () => {
    const runs = 16;
    let [sum, significant, drifted] = [0, 0, 0];
    for (let seed = 1; seed <= runs; seed++) {
      const report = await reportOf(inputOf(columnsOf(seed, 0)));
      sum += report.auroc;
      if (report.p <= 0.05) significant++;
      if (report.drifted) drifted++;
    }
    expect(Math.abs(sum / runs - 0.5)).toBeLessThan(0.03);
    // Of 16 runs at 5 %, more than 3 come about once in 140 times.
    expect(significant).toBeLessThanOrEqual(3);
    expect(drifted).toBeLessThanOrEqual(significant);
  }, 30_000);

  it('sees a shift, and says which column gives it away', async () => {
    const report = await reportOf(inputOf(columnsOf(5, 1.5)));
    expect(report.drifted).toBe(true);
    expect(report.auroc).toBeGreaterThan(0.75);
    expect(report.ci95[0]).toBeLessThan(report.auroc);
    expect(report.ci95[1]).toBeGreaterThan(report.auroc);
    expect(report.importance[0]!.column).toBe('moved');
    expect(report.importance[0]!.drop).toBeGreaterThan(0.15);
    expect(report.importance.reduce((all, { gain }) => all + gain, 0)).toBeCloseTo(1, 9);
    expect(domainFindings(report)[0]!.message).toContain('what gives them away: moved');
  });

  it('sees what no single column shows: two columns that no longer go together', async () => {
    const random = randomFrom(8);
    const n = 400;
    const [a, b, c] = [normals(n, random), normals(n, random), normals(n, random)];
    const columns: DomainColumn[] = [
      { name: 'a', kind: 'numeric', reference: numeric('a', a), current: numeric('a', b) },
      {
        name: 'b',
        kind: 'numeric',
        reference: numeric('b', a),
        current: numeric('b', c),
      },
    ];
    expect((await reportOf(inputOf(columns, n))).drifted).toBe(true);
  });

  it('says the same twice, and nearly the same with the sides swapped', async () => {
    const columns = columnsOf(9, 0.8);
    const swapped = columns.map((each) => ({ ...each, reference: each.current, current: each.reference }));
    const report = await reportOf(inputOf(columns));
    expect(await reportOf(inputOf(columns))).toEqual(report);
    expect(Math.abs((await reportOf(inputOf(swapped))).auroc - report.auroc)).toBeLessThan(0.03);
  });

  it('looks at a sample of many rows, and says how many', async () => {
    const report = await reportOf(inputOf(columnsOf(4, 1, 600), 600), { rows: 200, floor: 0.6 });
    expect(report.rows).toEqual({ reference: 200, current: 200 });
    expect(report.drifted).toBe(true);
  });

  it('takes for its limit what parts of the reference differ by', async () => {
    const n = 400;
    const rising = Float64Array.from({ length: n }, (_, i) => i / 40);
    const columns: DomainColumn[] = [
      {
        name: 't',
        kind: 'numeric',
        reference: numeric('t', rising),
        current: numeric(
          't',
          rising.map((v) => v + 3),
        ),
      },
    ];
    const parts = Array.from({ length: 4 }, (_, at) =>
      Int32Array.from({ length: 100 }, (__, i) => 100 * at + i),
    );
    const report = await reportOf({ ...inputOf(columns, n), parts });
    expect(report.limit_from).toBe('chunks');
    expect(report.chunks).toBe(4);
    expect(report.limit).toBeGreaterThan(0.9);
    expect(report.drifted).toBe(false);
  });

  it('tells nothing apart where every row is the same, and reads infinities as missing', async () => {
    const same = (name: string): DomainColumn => ({
      name,
      kind: 'categorical',
      reference: categorical(name, new Array(ROWS).fill('a')),
      current: categorical(name, new Array(ROWS).fill('a')),
    });
    expect((await reportOf(inputOf([same('x')]))).drifted).toBe(false);
    const odd = columnsOf(3, 0);
    (odd[0]!.current as { values: Float64Array }).values.fill(Number.POSITIVE_INFINITY);
    expect((await reportOf(inputOf(odd))).drifted).toBe(true);
  });

  it('says why it cannot', async () => {
    expect(await domainClassifier(inputOf([]), DEFAULTS)).toContain('no numeric or categorical column');
    expect(await domainClassifier(inputOf(columnsOf(1, 0, 3), 3), DEFAULTS)).toContain(
      'insufficient data: 3 rows',
    );
  });
});
