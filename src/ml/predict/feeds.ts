// From columns to the tensors of a batch. Numbers are narrowed to what the input takes (float64 → float32); a null
// is NaN, and "" in a text input. Whole-number inputs have no way to say "no value", so a null there is refused.
import { fail } from '../../core/failure.ts';
import type { InputMapping } from '../evaluate/report.ts';
import { type Column, type Frame, isNull, partOf, textAt } from '../frame/frame.ts';
import type { OnnxModel } from '../onnx/read.ts';
import type { Feed } from '../onnx/session.ts';

/** Refuses columns that an input cannot take, naming all of them at once. */
export function checkTypes(inputs: readonly InputMapping[], frame: Frame, path: string): void {
  const wrong = inputs.flatMap(({ dtype, columns }) =>
    columns
      .map((name) => frame.columns.get(name)!)
      .filter(
        (column) => dtype !== 'string' && (column.kind === 'categorical' || column.kind === 'datetime'),
      ),
  );
  if (wrong.length === 0) return;
  const names = wrong.map((column) => `"${column.name}" (${cellsIn(column)})`);
  const inOrder = inputs.some(({ from }) => from === 'file-order');
  fail('config', `model ${path} takes numbers, ${names.join(', ')} cannot be one`, {
    help: inOrder
      ? `leave them out with exclude: [${wrong.map(({ name }) => name).join(', ')}], or name the features in order; columns: {${wrong[0]!.name}: {type: float64}} finds a bad cell's line`
      : `correct the data, or the features that are given to the model; columns: {${wrong[0]!.name}: {type: float64}} finds a bad cell's line`,
  });
}

/** `text such as "abc"`: the first cell that is no number tells a column of text from one bad cell. */
function cellsIn(column: Column): string {
  if (column.kind !== 'categorical') return 'dates';
  const strange = column.codes.find((code) => code >= 0 && Number.isNaN(Number(column.dictionary[code])));
  if (column.note !== undefined) return column.note;
  return strange === undefined ? 'text' : `text such as "${column.dictionary[strange]}"`;
}

/** The tensors of rows `start` to `end`. */
export function feedsOf(
  model: OnnxModel,
  inputs: readonly InputMapping[],
  frame: Frame,
  start: number,
  end: number,
): ReadonlyMap<string, Feed> {
  return new Map(
    inputs.map((input) => {
      const part = partOf(frame, input.columns, start, end);
      const columns = input.columns.map((name) => part.columns.get(name)!);
      const rank = model.inputs.find(({ name }) => name === input.name)!.shape.length;
      const shape = rank === 1 ? [end - start] : [end - start, columns.length];
      return [
        input.name,
        { dtype: input.dtype, data: dataOf(input.dtype, columns, start, end - start), shape },
      ];
    }),
  );
}

/** `first` is the row of the table that the columns begin with. */
function dataOf(dtype: string, columns: readonly Column[], first: number, rows: number): Feed['data'] {
  const size = rows * columns.length;
  switch (dtype) {
    case 'float32':
      return fill(new Float32Array(size), columns, rows, numberAt);
    case 'float64':
      return fill(new Float64Array(size), columns, rows, numberAt);
    case 'int64':
      return fill(new BigInt64Array(size), columns, rows, (column, row) =>
        BigInt(wholeAt(column, row, first)),
      );
    case 'int32':
      return fill(new Int32Array(size), columns, rows, (column, row) => wholeAt(column, row, first));
    case 'bool':
      return fill<number, Uint8Array>(new Uint8Array(size), columns, rows, (column, row) =>
        wholeAt(column, row, first) === 0 ? 0 : 1,
      );
    case 'string':
      return fill(new Array<string>(size), columns, rows, (column, row) => textAt(column, row) ?? '');
    default:
      throw new Error(`BUG: no feed of type ${dtype}`);
  }
}

/** Row by row, columns side by side. */
function fill<T, Data extends { [index: number]: T }>(
  data: Data,
  columns: readonly Column[],
  rows: number,
  valueAt: (column: Column, row: number) => T,
): Data {
  const width = columns.length;
  columns.forEach((column, index) => {
    for (let row = 0; row < rows; row++) data[row * width + index] = valueAt(column, row);
  });
  return data;
}

function numberAt(column: Column, row: number): number {
  if (column.kind === 'categorical') throw new Error(`BUG: ${column.name} is text`);
  return column.values[row]!;
}

function wholeAt(column: Column, row: number, first: number): number {
  if (isNull(column, row))
    fail(
      'config',
      `column "${column.name}" has no value in row ${first + row + 1}, and its input takes whole numbers only`,
      {
        help: 'fill it before, or drop such rows: on_missing: {feature: drop}',
      },
    );
  const value = numberAt(column, row);
  if (!Number.isInteger(value))
    fail(
      'config',
      `column "${column.name}" holds ${value} in row ${first + row + 1}, its input takes whole numbers only`,
    );
  return value;
}
