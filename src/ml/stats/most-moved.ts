/** Two changes nearer than this are one: which is larger is then an accident of rounding. */
const SAME = 1e-12;

/** Index of the cell whose share changed most (the L∞ distance is that change); the first of equals, −1 without cells. */
export function mostMoved(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let best = -1;
  let most = 0;
  for (let i = 0; i < p.length; i++) {
    const change = Math.abs(p[i]! - q[i]!);
    if (best < 0 || change > most + SAME) {
      best = i;
      most = change;
    }
  }
  return best;
}
