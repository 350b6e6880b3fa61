// The columns of both data sets, one under the other, as a model takes them that is to tell them apart.
import { type Column, textAt } from '../frame/frame.ts';
import type { BoostFeature } from '../trees/boost-feature.ts';

/** Two columns of one name. `kind` says how they are read, whatever they hold. */
export interface DomainColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  readonly reference: Column;
  readonly current: Column;
}

/** Row indexes of both columns. */
export interface DomainRows {
  readonly reference: Int32Array;
  readonly current: Int32Array;
}

/** The rows of the reference, then the current ones. Infinities count as missing; categories are numbered by their text. */
export function domainFeature({ kind, reference, current }: DomainColumn, rows: DomainRows): BoostFeature {
  if (kind === 'numeric' && reference.kind !== 'categorical' && current.kind !== 'categorical') {
    const values = new Float64Array(rows.reference.length + rows.current.length);
    copyFinite(reference.values, rows.reference, values, 0);
    copyFinite(current.values, rows.current, values, rows.reference.length);
    return { kind: 'numeric', values };
  }
  const texts = [...textsOf(reference, rows.reference), ...textsOf(current, rows.current)];
  const known = [...new Set(texts)].filter((text) => text !== null).sort();
  const codeOf = new Map<string | null, number>(known.map((text, code) => [text, code]));
  return { kind: 'categorical', codes: Int32Array.from(texts, (text) => codeOf.get(text) ?? -1) };
}

function copyFinite(from: Float64Array, rows: Int32Array, to: Float64Array, start: number): void {
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!]!;
    to[start + i] = Number.isFinite(value) ? value : Number.NaN;
  }
}

function textsOf(column: Column, rows: Int32Array): (string | null)[] {
  return Array.from(rows, (row) => textAt(column, row));
}
