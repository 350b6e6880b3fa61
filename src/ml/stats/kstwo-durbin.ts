const SCALE = 2 ** 128;

/**
 * P(D_n ≤ x) by Durbin's matrix in the form of Marsaglia, Tsang and Wang ("Evaluating Kolmogorov's Distribution",
 * J. Stat. Software 8(18), 2003): entry (k, k) of n!/nⁿ · Hⁿ. For small n·x: the matrix has 2⌈nx⌉ − 1 rows.
 */
export function durbinCdf(n: number, x: number): number {
  const k = Math.ceil(n * x);
  const size = 2 * k - 1;
  const middle = (k - 1) * size + k - 1;
  let base = startMatrix(size, k - n * x);
  let power = identity(size);
  let baseExponent = 0;
  let exponent = 0;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = multiply(power, base, size);
      exponent += baseExponent;
    }
    base = multiply(base, base, size);
    baseExponent *= 2;
    if (base[middle]! > SCALE) {
      for (let i = 0; i < base.length; i++) base[i] = base[i]! / SCALE;
      baseExponent += 1;
    }
  }
  let p = power[middle]!;
  for (let i = 1; i <= n; i++) {
    p *= i / n;
    if (p < 1 / SCALE) {
      p *= SCALE;
      exponent -= 1;
    }
  }
  return p * SCALE ** exponent;
}

function startMatrix(size: number, h: number): Float64Array {
  const matrix = new Float64Array(size * size);
  const inverseFactorial = new Float64Array(size + 1).fill(1);
  for (let j = 1; j <= size; j++) inverseFactorial[j] = inverseFactorial[j - 1]! / j;
  for (let row = 0; row < size; row++)
    for (let column = 1; column < size && column <= row + 1; column++)
      matrix[row * size + column] = inverseFactorial[row - column + 1]!;
  for (let i = 1; i < size; i++) {
    const edge = (1 - h ** i) * inverseFactorial[i]!;
    matrix[(i - 1) * size] = edge;
    matrix[(size - 1) * size + size - i] = edge;
  }
  const corner = 1 - 2 * h ** size + Math.max(2 * h - 1, 0) ** size;
  matrix[(size - 1) * size] = corner * inverseFactorial[size]!;
  return matrix;
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++)
        product[i * size + j] = product[i * size + j]! + factor * b[k * size + j]!;
    }
  return product;
}
