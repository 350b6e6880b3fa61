// A whole report on real data, against scipy: fixtures/ml/drift/make.py made golden.json.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { drift } from '../../../src/ml/drift/drift.ts';
import { contextIn } from './files.ts';

const golden = JSON.parse(readFileSync('fixtures/ml/drift/golden.json', 'utf8'));
const path = 'seattle-weather.csv';
const options = {
  reference: { path, where: "date < '2014-01-01'" },
  current: { path, where: "date >= '2015-01-01'" },
};

/** Reports keep 12 significant digits. */
const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));

it('the weather of 2015 moved as scipy says it did', async () => {
  const { report } = await drift(options, contextIn(resolve('fixtures/demo')));
  expect([report.inputs.reference.rows, report.inputs.current.rows]).toEqual(golden.rows);
  const columns = report.columns.filter(({ decides }) => decides);
  expect(columns.map(({ column }) => column)).toEqual(Object.keys(golden.columns));
  for (const column of columns) {
    const expected = golden.columns[column.column];
    near(column.decides!.p, expected.p);
    near(column.decides!.p_adjusted, expected.p_adjusted);
    near(column.js!.value, expected.js);
    if (column.kind === 'categorical') {
      near(column.chi2!.statistic, expected.statistic);
      expect(column.chi2!.df).toBe(expected.df);
      near(column.tvd!.value, expected.tvd);
      continue;
    }
    near(column.ks!.statistic, expected.ks);
    near(column.wasserstein!.value, expected.wasserstein);
    near(column.wasserstein!.norm!, expected.norm);
    near(column.psi!.value, expected.psi);
    near(column.psi!.critical, expected.critical);
    expect(column.psi!.bins).toBe(expected.bins);
    expect([column.quantiles!.reference, column.quantiles!.current]).toEqual(
      expected.quantiles.map((side: number[]) => side.map((each) => Number(each.toPrecision(12)))),
    );
  }
});
