/** The number with the fewest decimal places that is over `low` and at most `high`. `high` itself where none is shorter. */
export function shortestIn(low: number, high: number): number {
  for (let places = 0; places <= 15; places++) {
    const scale = 10 ** places;
    const short = Math.floor(high * scale) / scale;
    if (short > low && short <= high) return short;
  }
  return high;
}
