// Errors out of what a given detector answers: its own, or those of the rows that it gives back.
import { fail } from '../../../core/failure.ts';
import type { Column, Frame } from '../../frame/frame.ts';
import type { ColumnErrors } from '../row-scores.ts';
import { blocksOf, sampled } from '../sampled.ts';
import { fitDetectorColumn } from './encoder.ts';
import type { OpenDetector } from './open.ts';

/** What the file says of rows, `width` numbers each, and the rows as they were fed. */
export interface Answer {
  readonly values: Float64Array;
  readonly width: number;
  readonly frame: Frame;
}

export interface Judge {
  /** Of each row: the error that is judged, and its mean absolute error. */
  score(frame: Frame): Promise<{ readonly squared: Float64Array; readonly absolute: Float64Array }>;
  readonly columnErrors: OpenDetector['columnErrors'];
}

type Ask = (frame: Frame) => Promise<Answer>;

export function errorsGiven(ask: Ask, path: string): Judge {
  return {
    async score(frame) {
      const { values, width } = await ask(frame);
      if (width !== 1)
        fail('config', `detector ${path} gives ${width} numbers a row where one error is expected`);
      return { squared: values, absolute: values };
    },
    columnErrors: null,
  };
}

/** Shift and width of each column: standardised, or to 0 … 1. */
interface Scale {
  readonly shift: number;
  readonly width: number;
}

export function errorsOfRows(
  ask: Ask,
  names: readonly string[],
  scale: readonly Scale[],
  path: string,
): Judge {
  /** Errors in units of the scale, NaN for a missing cell; calls `use` for each row. */
  const residuals = async (frame: Frame): Promise<Float64Array> => {
    const { values, width, frame: fed } = await ask(frame);
    if (width !== names.length)
      fail('config', `detector ${path} takes ${names.length} numbers a row and gives ${width} back`);
    const original = names.map((name) => numbersOf(fed.columns.get(name)!));
    // What was fed scaled comes back scaled.
    const unit = (i: number) => (fed === frame ? scale[i]!.width : 1);
    return values.map(
      (value, at) => (value - original[at % width]![Math.floor(at / width)]!) / unit(at % width),
    );
  };
  const rowMean = (all: Float64Array, of: (residual: number) => number): Float64Array =>
    Float64Array.from({ length: all.length / names.length }, (_, row) => {
      const cells = all
        .subarray(row * names.length, (row + 1) * names.length)
        .filter((each) => !Number.isNaN(each));
      return cells.reduce((sum, each) => sum + of(each), 0) / cells.length;
    });
  return {
    async score(frame) {
      const squared = new Float64Array(frame.rows);
      const absolute = new Float64Array(frame.rows);
      for (const { block, start } of blocksOf(frame, names)) {
        const all = await residuals(block);
        squared.set(
          rowMean(all, (each) => each * each),
          start,
        );
        absolute.set(rowMean(all, Math.abs), start);
      }
      return { squared, absolute };
    },
    async columnErrors(frame, rows): Promise<ColumnErrors> {
      const all = await residuals(sampled(frame, names, rows));
      return { names, errors: all.map((each) => (Number.isNaN(each) ? 0 : each * each)) };
    },
  };
}

export function scalesOf(reference: Frame, names: readonly string[], toUnit: boolean): Scale[] {
  return names.map((name) => {
    const column = reference.columns.get(name)!;
    if (column.kind === 'categorical') return { shift: 0, width: 1 };
    if (!toUnit) {
      const fitted = fitDetectorColumn(column);
      return fitted?.kind === 'number'
        ? { shift: fitted.centre, width: fitted.scale }
        : { shift: 0, width: 1 };
    }
    const finite = column.values.filter(Number.isFinite).sort();
    const width = finite.at(-1)! - finite[0]!;
    return { shift: finite[0] ?? 0, width: width > 0 ? width : 1 };
  });
}

export function scaled(frame: Frame, names: readonly string[], scale: readonly Scale[]): Frame {
  const columns = new Map<string, Column>();
  names.forEach((name, i) => {
    const column = frame.columns.get(name)!;
    const { shift, width } = scale[i]!;
    const values = numbersOf(column).map((value) => (value - shift) / width);
    columns.set(name, { name, kind: 'numeric', type: 'float64', nulls: column.nulls, values });
  });
  return { rows: frame.rows, columns };
}

function numbersOf(column: Column): Float64Array {
  if (column.kind === 'categorical')
    return fail('config', `the detector gives numbers back, and column "${column.name}" holds text`);
  return column.values;
}
