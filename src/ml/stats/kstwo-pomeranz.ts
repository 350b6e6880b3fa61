const SCALE = 2 ** 128;

/**
 * P(D_n ≤ x) by Pomeranz' recursion (Algorithm 487, CACM 1974) as Simard and L'Ecuyer (2011) state it: a Poisson
 * process crosses the 2n + 2 levels where a whole number ± n·x begins or ends; `row[j]` is, up to a common factor, the
 * chance of j points so far without having left the band. Cost n · (nx)²: for n ≤ 140.
 */
export function pomeranzCdf(n: number, x: number): number {
  const whole = Math.floor(n * x);
  const f = n * x - whole;
  const g = Math.min(f, 1 - f);
  const terms = 2 * whole + 4;
  const edge = poissonTerms(g / n, terms);
  const odd = poissonTerms((1 - 2 * g) / n, terms);
  const even = poissonTerms((2 * g) / n, terms);
  let row = Float64Array.from({ length: n + 1 }, (_, j) => (j === 0 ? 1 : 0));
  let exponent = 0;
  let before = { low: 0, high: 0 };
  for (let i = 2; i <= 2 * n + 2; i++) {
    const steps = i === 2 || i === 2 * n + 2 ? edge : i % 2 === 1 ? odd : even;
    const here = pointsAllowed(i, n, whole, f, g);
    const next = new Float64Array(n + 1);
    let most = 0;
    for (let j = here.low; j <= here.high; j++) {
      let sum = 0;
      for (let k = Math.max(before.low, j - terms + 1); k <= Math.min(j, before.high); k++)
        sum += row[k]! * steps[j - k]!;
      next[j] = sum;
      if (sum > most) most = sum;
    }
    if (most > 0 && most < 1 / SCALE) {
      for (let j = here.low; j <= here.high; j++) next[j] = next[j]! * SCALE;
      exponent -= 1;
    }
    row = next;
    before = here;
  }
  return timesFactorial(row[n]!, n, exponent);
}

/** Level i lies at base ± g; whole numbers and fractions are kept apart so that no boundary is lost to rounding. */
function pointsAllowed(
  i: number,
  n: number,
  whole: number,
  f: number,
  g: number,
): { low: number; high: number } {
  const base = i === 2 * n + 2 ? n : i % 2 === 0 ? i / 2 - 1 : (i - 1) / 2;
  const offset = i === 2 * n + 2 ? 0 : i % 2 === 0 ? g : -g;
  return {
    low: Math.max(0, base - whole + Math.floor(offset - f) + 1),
    high: Math.min(n, base + whole + Math.ceil(offset + f) - 1),
  };
}

/** rate^m / m! for m = 0 … terms − 1. */
function poissonTerms(rate: number, terms: number): Float64Array {
  const result = new Float64Array(terms).fill(1);
  for (let m = 1; m < terms; m++) result[m] = (result[m - 1]! * rate) / m;
  return result;
}

function timesFactorial(start: number, n: number, startExponent: number): number {
  let value = start;
  let exponent = startExponent;
  for (let i = 1; i <= n; i++) {
    if (value > SCALE) {
      value /= SCALE;
      exponent += 1;
    }
    value *= i;
  }
  return value * SCALE ** exponent;
}
