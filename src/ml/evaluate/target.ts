// The column of true answers, and that of weights, as metrics take them.
import { fail } from '../../core/failure.ts';
import { type Column, type Frame, textAt } from '../frame/frame.ts';
import { labelIndexes } from '../predict/truth.ts';
import type { EvaluateOptions } from './options.ts';
import type { Label } from './report.ts';

export function kindOfTarget(target: Column): 'text' | 'whole' | 'fractions' {
  if (target.kind === 'categorical' || target.kind === 'boolean') return 'text';
  return target.type === 'int64' ? 'whole' : 'fractions';
}

/** The largest value of a column of whole numbers from 0 up; null of any other. */
export function largestWhole(target: Column): number | null {
  if (target.kind !== 'numeric' || target.type !== 'int64') return null;
  let most = 0;
  for (const value of target.values) {
    if (value < 0) return null;
    if (value > most) most = value;
  }
  return most;
}

export function numbersOf(target: Column): Float64Array {
  if (target.kind !== 'numeric')
    return fail('config', `a regression needs a target of numbers, "${target.name}" is ${target.kind}`);
  const row = target.values.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) fail('config', `target "${target.name}" is ${target.values[row]} in row ${row + 1}`);
  return target.values;
}

export function classesOfTarget(target: Column, labels: readonly Label[], path: string): Int32Array {
  const classes = labelIndexes(labels, target);
  const strange = classes.findIndex((index) => index < 0);
  if (strange >= 0)
    fail(
      'config',
      `target "${target.name}" of ${path} holds "${textAt(target, strange)}", which is not one of the labels`,
      { help: `labels: ${labels.join(', ')}` },
    );
  return classes;
}

export function weightsOf(frame: Frame, { weight }: EvaluateOptions): Float64Array | null {
  if (weight === null) return null;
  const column = frame.columns.get(weight)!;
  if (column.kind !== 'numeric') return fail('config', `weight "${weight}" does not hold numbers`);
  const bad = column.values.findIndex((value) => !(value >= 0 && Number.isFinite(value)));
  if (bad >= 0)
    fail(
      'config',
      `weight "${weight}" is ${column.values[bad]} in row ${bad + 1}; weights are numbers from 0 up`,
    );
  if (column.values.every((value) => value === 0)) fail('config', `weight "${weight}" is 0 in every row`);
  return column.values;
}
