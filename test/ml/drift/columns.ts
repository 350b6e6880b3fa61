// Columns made for tests: seeded, no files.

import type { ColumnPair } from '../../../src/ml/drift/draft.ts';
import type { Column } from '../../../src/ml/frame/frame.ts';
import type { Random } from '../../../src/util/random.ts';

export function normals(n: number, random: Random, mean = 0, sigma = 1): Float64Array {
  return Float64Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
    return mean + sigma * radius * Math.cos(2 * Math.PI * random.unit());
  });
}

export function numeric(name: string, values: Float64Array): Column {
  return { name, kind: 'numeric', type: 'float64', values, nulls: values.filter(Number.isNaN).length };
}

export function categorical(name: string, cells: readonly (string | null)[]): Column {
  const dictionary = [...new Set(cells.filter((cell) => cell !== null))].sort();
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : dictionary.indexOf(cell)));
  return {
    name,
    kind: 'categorical',
    type: 'string',
    codes,
    dictionary,
    nulls: codes.filter((code) => code < 0).length,
  };
}

export function pairOf(reference: Column, current: Column): ColumnPair {
  const kind = reference.kind === 'numeric' ? 'numeric' : 'categorical';
  return { name: reference.name, role: 'feature', kind, reference, current };
}
