// What direct loss estimation learns from: the feature columns and the prediction, as NannyML encodes them.
import { type Column, type Frame, held, textAt } from '../frame/frame.ts';
import type { UsedColumn } from '../multivariate/used-column.ts';
import type { BoostFeature } from '../trees/boost-feature.ts';
import type { Pair } from './report.ts';

/** Categories are numbered from 1 as the reference has them; a missing one is one of its own, one that is new is 0. */
export function lossFeatures(
  used: readonly UsedColumn[],
  sides: Pair<Frame>,
  predicted: Pair<Float64Array>,
): Pair<readonly BoostFeature[]> {
  const columns = used.map(({ name, kind }) => {
    const before = held(sides.reference.columns.get(name)!);
    const now = held(sides.current.columns.get(name)!);
    if (kind === 'numeric' && before.kind !== 'categorical' && now.kind !== 'categorical')
      return { reference: numbers(before.values), current: numbers(now.values) };
    const codeOf = codesOf(before);
    return { reference: coded(before, codeOf), current: coded(now, codeOf) };
  });
  const side = (which: 'reference' | 'current') => [
    ...columns.map((column) => column[which]),
    numbers(predicted[which]),
  ];
  return { reference: side('reference'), current: side('current') };
}

/** Infinities count as missing. */
function numbers(values: Float64Array): BoostFeature {
  return { kind: 'numeric', values: values.map((value) => (Number.isFinite(value) ? value : Number.NaN)) };
}

const NONE = null;

function codesOf(column: Column): ReadonlyMap<string | null, number> {
  const texts = new Set(textsOf(column));
  const missing = texts.delete(NONE) ? [NONE] : [];
  return new Map([...missing, ...[...texts].sort()].map((text, at) => [text, at + 1]));
}

function coded(column: Column, codeOf: ReadonlyMap<string | null, number>): BoostFeature {
  return { kind: 'categorical', codes: Int32Array.from(textsOf(column), (text) => codeOf.get(text) ?? 0) };
}

function textsOf(column: Column): (string | null)[] {
  const rows = column.kind === 'categorical' ? column.codes.length : column.values.length;
  return Array.from({ length: rows }, (_, row) => textAt(column, row));
}
