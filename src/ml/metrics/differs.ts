// Whether two estimates differ by more than chance, when all that is left of them is their intervals.

/** A value with its interval of any one level. */
export interface Estimated {
  readonly value: number;
  readonly interval: readonly [number, number];
}

/**
 * The change is larger than the root of the sum of both squared half-widths: the interval of a difference of independent
 * estimates (Schenker and Gentleman 2001, "On judging the significance of differences by examining the overlap between
 * confidence intervals"). Estimates on the same rows go up and down together, so there it errs towards chance.
 */
export function surelyDiffers(a: Estimated, b: Estimated): boolean {
  return Math.abs(b.value - a.value) > Math.hypot(halfWidth(a), halfWidth(b));
}

function halfWidth({ interval: [low, high] }: Estimated): number {
  return (high - low) / 2;
}
