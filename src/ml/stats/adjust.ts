// p-values of a family of tests, adjusted so that `adjusted ≤ alpha` is the decision.

/** Benjamini–Hochberg (1995): controls the false discovery rate. Agrees with scipy.stats.false_discovery_control. */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[b]! - p[a]! || b - a);
  const adjusted = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, fromTop) => {
    const rank = p.length - fromTop;
    least = Math.min(least, (p[index]! * p.length) / rank);
    adjusted[index] = least;
  });
  return adjusted;
}

/** Bonferroni: controls the chance of any false alarm in the family. */
export function bonferroni(p: readonly number[]): number[] {
  return p.map((each) => Math.min(1, each * p.length));
}
