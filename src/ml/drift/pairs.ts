// Which two columns are compared, in which role, as what.
import type { Column, Frame } from '../frame/frame.ts';
import type { ColumnPair } from './draft.ts';
import { kindOf } from './kinds.ts';
import type { DriftOptions } from './options.ts';
import { predictionColumn } from './predicted.ts';
import type { BothPredicted } from './predictions.ts';
import type { Reference } from './reference.ts';
import type { Pair } from './report.ts';

export function featurePair(
  name: string,
  sides: Pair<Frame>,
  options: DriftOptions,
  reference: Reference,
): ColumnPair {
  const override = options.columns[name];
  const column = sides.reference.columns.get(name)!;
  const whole = reference.whole.get(name);
  return {
    name,
    role: 'feature',
    kind: kindOf(column, override?.kind ?? (override?.test === 'chi2' ? 'categorical' : undefined)),
    reference: column,
    current: sides.current.columns.get(name)!,
    ...(whole ? { whole } : {}),
  };
}

export function predictionPair({ predicted }: BothPredicted, options: DriftOptions): ColumnPair {
  const reference = predictionColumn(predicted.reference);
  return {
    name: reference.name,
    role: 'prediction',
    kind: reference.kind === 'numeric' ? 'numeric' : 'categorical',
    reference,
    current: predictionColumn(predicted.current),
    floor: options.predictionsFloor,
  };
}

const MAX_CLASSES = 20;

/** Null where a side lacks the truth. */
export function targetPair(
  { target, predictionsFloor }: DriftOptions,
  sides: Pair<Frame>,
  predicted: BothPredicted | null,
): ColumnPair | null {
  if (target === null) return null;
  const reference = sides.reference.columns.get(target);
  const current = sides.current.columns.get(target);
  if (!reference || !current) return null;
  const numeric = predicted
    ? predicted.predicted.reference.task === 'regression'
    : reference.kind === 'numeric' && !isClass(reference);
  return {
    name: target,
    role: 'target',
    kind: numeric ? 'numeric' : 'categorical',
    reference,
    current,
    floor: predictionsFloor,
  };
}

function isClass(column: Column & { kind: 'numeric' }): boolean {
  return column.type === 'int64' && new Set(column.values).size <= MAX_CLASSES;
}
