/**
 * Jensen–Shannon *distance* (the root of the divergence) in base 2 between two distributions over the same cells:
 * 0 = equal, 1 = disjoint. `p` and `q` are shares, each summing to 1. Agrees with
 * scipy.spatial.distance.jensenshannon(p, q, base=2).
 */
export function jensenShannon(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    const middle = (p[i]! + q[i]!) / 2;
    if (p[i]! > 0) divergence += (p[i]! * Math.log2(p[i]! / middle)) / 2;
    if (q[i]! > 0) divergence += (q[i]! * Math.log2(q[i]! / middle)) / 2;
  }
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}
