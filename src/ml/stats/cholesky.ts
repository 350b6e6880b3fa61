/**
 * Solves A x = b for a symmetric positive definite A (`size` × `size`, row by row), by Cholesky's factors. null when A is
 * singular to working precision.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array, size: number): Float64Array | null {
  const factor = matrix.slice();
  for (let j = 0; j < size; j++) {
    let pivot = factor[j * size + j]!;
    for (let k = 0; k < j; k++) pivot -= factor[j * size + k]! ** 2;
    if (!(pivot > 1e-12 * matrix[j * size + j]!)) return null;
    const root = Math.sqrt(pivot);
    factor[j * size + j] = root;
    for (let i = j + 1; i < size; i++) {
      let sum = factor[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      factor[i * size + j] = sum / root;
    }
  }
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * size + k]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= factor[k * size + i]! * x[k]!;
    x[i]! /= factor[i * size + i]!;
  }
  return x;
}
