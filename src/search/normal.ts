// The normal distribution between two bounds. The mean lies between them and they are never much less than a standard
// deviation apart, so plain probabilities are exact enough: no logarithms of tails.

/**
 * P(Z ≤ x), absolute error below 1e-15: the series of Marsaglia, "Evaluating the Normal Distribution", J. Stat.
 * Software 11(4), 2004.
 */
export function normalCdf(x: number): number {
  if (x < -8.3) return 0;
  if (x > 8.3) return 1;
  let sum = x;
  let term = x;
  for (let odd = 3; sum !== sum + term; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.9189385332046728);
}

/** The z between `from` and `to` below which the share `share` of what lies between them lies, by bisection. */
export function normalBetween(from: number, to: number, share: number): number {
  const below = normalCdf(from);
  const wanted = below + share * (normalCdf(to) - below);
  let [low, high] = [from, to];
  for (let round = 0; round < 60 && low < high; round++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
