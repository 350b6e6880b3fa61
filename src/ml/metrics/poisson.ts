// Poisson-distributed whole numbers: by inversion for small means, else by Hörmann's transformed rejection PTRS
// ("The transformed rejection method for generating Poisson random variables", 1993), as numpy does.

import type { Random } from '../../util/random.ts';
import { logGamma } from '../stats/log-gamma.ts';

export function poisson(mean: number, random: Random): number {
  return mean < 10 ? byInversion(mean, random) : byRejection(mean, random);
}

/** Multiplies uniform numbers until they fall under e^−mean. */
function byInversion(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let product = random.unit();
  let count = 0;
  while (product > limit) {
    product *= random.unit();
    count++;
  }
  return count;
}

function byRejection(mean: number, random: Random): number {
  const spread = Math.sqrt(mean);
  const b = 0.931 + 2.53 * spread;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.unit() - 0.5;
    const v = random.unit();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const density = -mean + count * Math.log(mean) - logGamma(count + 1);
    if (Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b) <= density) return count;
  }
}
