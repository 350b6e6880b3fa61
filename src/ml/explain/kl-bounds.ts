// How high, and how low, a share may really be that was measured to be p: the bounds of KL-LUCB (Kaufmann and
// Kalyanakrishnan 2013), all q with KL(p, q) ≤ level.

/** Kullback–Leibler divergence of Bernoulli distributions. */
function divergence(p: number, q: number): number {
  const term = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b));
  return term(p, q) + term(1 - p, 1 - q);
}

export function upperBound(p: number, level: number): number {
  return bisect(p, Math.min(1, p + Math.sqrt(level / 2)), (q) => divergence(p, q) <= level);
}

export function lowerBound(p: number, level: number): number {
  return bisect(p, Math.max(0, p - Math.sqrt(level / 2)), (q) => divergence(p, q) <= level);
}

/** Between `inside`, which holds, and `outside`: the last that holds, to 1e-12. */
function bisect(inside: number, outside: number, holds: (q: number) => boolean): number {
  let [yes, no] = [inside, outside];
  for (let step = 0; step < 40; step++) {
    const middle = (yes + no) / 2;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
