// Dense layers as plain numbers: what a detector learnt. Sums run in the order of the inputs, in float64 over float32
// weights, so that every machine finds the same error for a row.

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** `leaky`: max(x, x / 8), which needs no exponential and has the same bits everywhere. */
  readonly activation: 'leaky' | 'linear';
}

export const SLOPE = 0.125;

/** Squared reconstruction errors, rows × columns, row by row. `columnOf` says for each input which column it is part of. */
export function reconstructionErrors(
  layers: readonly Layer[],
  block: Float32Array,
  columnOf: Int32Array,
  columns: number,
): Float64Array {
  const width = columnOf.length;
  const errors = new Float64Array((block.length / width) * columns);
  eachReconstruction(layers, block, width, (row, original, made) => {
    for (let i = 0; i < width; i++) {
      const error = original[i]! - made[i]!;
      errors[row * columns + columnOf[i]!]! += error * error;
    }
  });
  return errors;
}

/** `use` sees each row and what the network makes of it; both arrays are used again for the next row. */
export function eachReconstruction(
  layers: readonly Layer[],
  block: Float32Array,
  width: number,
  use: (row: number, original: Float64Array, made: Float64Array) => void,
): void {
  const original = new Float64Array(width);
  const values = layers.map(({ outputs }) => new Float64Array(outputs));
  for (let row = 0; row < block.length / width; row++) {
    for (let i = 0; i < width; i++) original[i] = block[row * width + i]!;
    layers.forEach((layer, at) => {
      applyLayer(layer, at === 0 ? original : values[at - 1]!, values[at]!);
    });
    use(row, original, values.at(-1)!);
  }
}

function applyLayer(
  { inputs, outputs, weights, bias, activation }: Layer,
  from: Float64Array,
  to: Float64Array,
): void {
  for (let o = 0; o < outputs; o++) {
    let sum = bias[o]!;
    for (let i = 0; i < inputs; i++) sum += weights[o * inputs + i]! * from[i]!;
    to[o] = activation === 'leaky' ? Math.max(sum, sum * SLOPE) : sum;
  }
}
