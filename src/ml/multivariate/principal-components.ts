// Principal components from sums over rows, so that a model without some rows costs a subtraction, not another pass.
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

/** Count, sums and sums of products of rows of `width` numbers. */
export interface Moments {
  readonly width: number;
  readonly rows: number;
  readonly sums: Float64Array;
  /** width × width. */
  readonly products: Float64Array;
}

export function noMoments(width: number): Moments {
  return { width, rows: 0, sums: new Float64Array(width), products: new Float64Array(width * width) };
}

/** `block`: rows of `width` numbers one after the other. */
export function momentsOf(block: Float64Array, width: number): Moments {
  const { sums, products } = noMoments(width);
  for (let start = 0; start < block.length; start += width)
    for (let i = 0; i < width; i++) {
      const value = block[start + i]!;
      sums[i]! += value;
      for (let j = i; j < width; j++) products[i * width + j]! += value * block[start + j]!;
    }
  for (let i = 0; i < width; i++)
    for (let j = 0; j < i; j++) products[i * width + j] = products[j * width + i]!;
  return { width, rows: block.length / width, sums, products };
}

/** `a` and `times` × `b`: 1 adds rows, −1 takes them away. */
export function combine(a: Moments, b: Moments, times: 1 | -1): Moments {
  return {
    width: a.width,
    rows: a.rows + times * b.rows,
    sums: a.sums.map((each, i) => each + times * b.sums[i]!),
    products: a.products.map((each, i) => each + times * b.products[i]!),
  };
}

export interface PrincipalComponents {
  readonly width: number;
  readonly mean: Float64Array;
  /** How many are kept. */
  readonly components: number;
  /** Share of the variance that they hold. */
  readonly variance: number;
  /** Unit vectors, row by row, the kept ones first. */
  readonly vectors: Float64Array;
}

/** Keeps the fewest components that hold more than `share` of the variance, as scikit-learn does. */
export function principalComponents(
  { width, rows, sums, products }: Moments,
  share: number,
): PrincipalComponents {
  const mean = sums.map((sum) => sum / rows);
  const covariance = products.map((product, at) => {
    const i = Math.floor(at / width);
    return product / rows - mean[i]! * mean[at % width]!;
  });
  const { values, vectors } = symmetricEigen(covariance, width);
  const positive = values.map((value) => Math.max(0, value));
  const total = positive.reduce((sum, value) => sum + value, 0);
  let components = 0;
  let held = 0;
  while (components < width && held <= share * total) held += positive[components++]!;
  return { width, mean, components, variance: total > 0 ? held / total : 1, vectors };
}

/** L2 norm of what each row of `block` loses. */
export function lostNorms(model: PrincipalComponents, block: Float64Array): Float64Array {
  const norms = new Float64Array(block.length / model.width);
  eachLost(model, block, (lost, at) => {
    let sum = 0;
    for (let i = 0; i < lost.length; i++) sum += lost[i]! * lost[i]!;
    norms[at] = Math.sqrt(sum);
  });
  return norms;
}

/** What each row of `block` loses, column by column: the row minus its reconstruction. */
export function lostParts(model: PrincipalComponents, block: Float64Array): Float64Array {
  const parts = new Float64Array(block.length);
  eachLost(model, block, (lost, at) => {
    parts.set(lost, at * model.width);
  });
  return parts;
}

/**
 * Shows `use` what each row loses, in an array that is used again for the next row. Either the kept components are taken
 * away from it or the others are put together, whichever are fewer.
 */
function eachLost(
  { width, mean, components, vectors }: PrincipalComponents,
  block: Float64Array,
  use: (lost: Float64Array, at: number) => void,
): void {
  const takeAway = 2 * components < width;
  const chosen = takeAway ? vectors.subarray(0, components * width) : vectors.subarray(components * width);
  const sign = takeAway ? -1 : 1;
  const row = new Float64Array(width);
  const lost = new Float64Array(width);
  for (let from = 0; from < block.length; from += width) {
    for (let i = 0; i < width; i++) row[i] = block[from + i]! - mean[i]!;
    if (takeAway) lost.set(row);
    else lost.fill(0);
    for (let start = 0; start < chosen.length; start += width) {
      let along = 0;
      for (let i = 0; i < width; i++) along += row[i]! * chosen[start + i]!;
      along *= sign;
      for (let i = 0; i < width; i++) lost[i]! += along * chosen[start + i]!;
    }
    use(lost, from / width);
  }
}
