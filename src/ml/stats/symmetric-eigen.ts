// Eigenvalues and vectors of a symmetric matrix: Householder reflections to three diagonals, then the QL method with
// implicit shifts (Martin, Reinsch and Wilkinson 1968, Dubrulle 1970: EISPACK's tred2 and tql2). Only + − × ÷ and √: the
// same bits on every processor. About 5 n³ steps.

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** Row i is the unit vector of value i; its entry of largest size is positive. */
  readonly vectors: Float64Array;
}

/** `matrix` is n × n, row by row, symmetric, finite. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  // Row k of `v` becomes a vector: rows, not columns, so that what is added together lies together.
  const v = matrix.slice();
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalise(v, d, e, n);
  diagonalise(v, d, e, n);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => d[j]! - d[i]! || i - j);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const row = v.subarray(from * n, from * n + n);
    let most = 0;
    for (let k = 1; k < n; k++) if (Math.abs(row[k]!) > Math.abs(row[most]!)) most = k;
    const sign = row[most]! < 0 ? -1 : 1;
    for (let k = 0; k < n; k++) vectors[to * n + k] = sign * row[k]!;
  });
  return { values: Float64Array.from(order, (i) => d[i]!), vectors };
}

/**
 * Leaves the diagonal in `d`, what stands beside it in `e` (from 1), and in the rows of `v` the vectors of the reflections,
 * then the product of all: `v` · matrix · `v`ᵀ has three diagonals.
 */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  const scales = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) scales[i] = reflect(v, e, n, i);
  for (let i = 0; i < n; i++) {
    // Rows 0 … i − 1 are done: the reflection of step i is applied to them.
    if (scales[i] !== 0) apply(v, n, i, scales[i]!);
    d[i] = v[i * n + i]!;
    v[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      v[j * n + i] = 0;
      v[i * n + j] = 0;
    }
  }
}

/** Makes all of row i before the entry beside the diagonal zero; returns h = |u|²/2 of the vector u left in the row. */
function reflect(v: Float64Array, e: Float64Array, n: number, i: number): number {
  const u = v.subarray(i * n, i * n + i);
  let size = 0;
  for (const each of u) size += Math.abs(each);
  const last = u[i - 1]!;
  if (i === 1 || size === 0 || size === Math.abs(last)) {
    e[i] = last;
    return 0;
  }
  let h = 0;
  for (let k = 0; k < i; k++) {
    u[k] = u[k]! / size;
    h += u[k]! * u[k]!;
  }
  const f = u[i - 1]!;
  const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
  e[i] = size * g;
  h -= f * g;
  u[i - 1] = f - g;
  // p = A u / h, q = p − (uᵀp / 2h) u, then A − u qᵀ − q uᵀ, on the lower triangle.
  const p = new Float64Array(i);
  for (let j = 0; j < i; j++) {
    const row = j * n;
    let sum = v[row + j]! * u[j]!;
    for (let k = 0; k < j; k++) {
      sum += v[row + k]! * u[k]!;
      p[k]! += v[row + k]! * u[j]!;
    }
    p[j]! += sum;
  }
  let up = 0;
  for (let j = 0; j < i; j++) {
    p[j] = p[j]! / h;
    up += p[j]! * u[j]!;
  }
  const half = up / (h + h);
  for (let j = 0; j < i; j++) p[j]! -= half * u[j]!;
  for (let j = 0; j < i; j++) for (let k = 0; k <= j; k++) v[j * n + k]! -= u[j]! * p[k]! + p[j]! * u[k]!;
  return h;
}

/** Rows 0 … i − 1, of which so many entries count, each less its part along the vector left in row i. */
function apply(v: Float64Array, n: number, i: number, h: number): void {
  const u = v.subarray(i * n, i * n + i);
  for (let j = 0; j < i; j++) {
    const row = v.subarray(j * n, j * n + i);
    let along = 0;
    for (let k = 0; k < i; k++) along += u[k]! * row[k]!;
    along /= h;
    for (let k = 0; k < i; k++) row[k]! -= along * u[k]!;
  }
}

const EPSILON = 2 ** -52;
/** Two or three are usual for a value. */
const MOST_STEPS = 200;

function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++)
    for (let step = 0; step < MOST_STEPS; step++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++;
      if (m === l) break;
      sweep(v, d, e, n, l, m);
    }
}

/** One step of QL on the block l … m, which does not fall apart. */
function sweep(v: Float64Array, d: Float64Array, e: Float64Array, n: number, l: number, m: number): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.sqrt(half * half + 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = hypotenuse(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    const shifted = d[i + 1]! - p;
    const turned = (d[i]! - shifted) * s + 2 * c * b;
    p = s * turned;
    d[i + 1] = shifted + p;
    g = c * turned - b;
    rotate(v, n, i, c, s);
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}

/** √(a² + b²) without running over. */
function hypotenuse(a: number, b: number): number {
  const [large, small] = Math.abs(a) > Math.abs(b) ? [Math.abs(a), Math.abs(b)] : [Math.abs(b), Math.abs(a)];
  if (large === 0) return 0;
  const ratio = small / large;
  return large * Math.sqrt(1 + ratio * ratio);
}

function rotate(v: Float64Array, n: number, i: number, c: number, s: number): void {
  const [a, b] = [v.subarray(i * n, i * n + n), v.subarray(i * n + n, i * n + 2 * n)];
  for (let k = 0; k < n; k++) {
    const f = b[k]!;
    b[k] = s * a[k]! + c * f;
    a[k] = c * a[k]! - s * f;
  }
}
