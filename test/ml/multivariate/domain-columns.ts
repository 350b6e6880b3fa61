// The columns of fixtures/ml/trees/make_domain.py, by the same formulas, in the order in which NannyML looks at them.
import type { DomainColumn } from '../../../src/ml/multivariate/domain-features.ts';
import { categorical, numeric } from '../drift/columns.ts';
import { lcg } from '../stats/lcg.ts';

interface Table {
  readonly city: readonly (string | null)[];
  readonly heat: Float64Array;
  readonly load: Float64Array;
  readonly wind: Float64Array;
}

/** `shift` moves a number, and with it the shares of the cities. */
function tableOf(rows: number, seed: number, shift: number): Table {
  const calm = lcg(seed + 3, rows);
  const nowhere = lcg(seed + 5, rows);
  const city = lcg(seed + 4, rows);
  return {
    city: Array.from(city, (at, i) =>
      nowhere[i]! < 0.05 ? null : 'abcdef'[Math.floor(at ** (1 + shift) * 6)]!,
    ),
    heat: lcg(seed, rows).map((each) => 2 * each - 1 + shift),
    load: lcg(seed + 1, rows).map((each) => Math.floor(each * 8)),
    wind: lcg(seed + 2, rows).map((each, i) => (calm[i]! < 0.2 ? Number.NaN : each)),
  };
}

export function referenceTable(rows: number): Table {
  return tableOf(rows, 100, 0);
}

export function domainColumns(
  rows: number,
  current: { readonly rows: number; readonly seed: number; readonly shift: number },
): DomainColumn[] {
  const before = referenceTable(rows);
  const now = tableOf(current.rows, current.seed, current.shift);
  return [
    {
      name: 'city',
      kind: 'categorical',
      reference: categorical('city', before.city),
      current: categorical('city', now.city),
    },
    ...(['heat', 'load', 'wind'] as const).map(
      (name): DomainColumn => ({
        name,
        kind: 'numeric',
        reference: numeric(name, before[name]),
        current: numeric(name, now[name]),
      }),
    ),
  ];
}
