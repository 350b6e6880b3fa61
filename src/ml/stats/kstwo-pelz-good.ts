const PI2 = Math.PI ** 2;
const PI4 = Math.PI ** 4;
const PI6 = Math.PI ** 6;
const SQRT2PI = Math.sqrt(2 * Math.PI);

/**
 * P(D_n ≤ x) by Pelz and Good (1976), K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^1.5 with z = √n · x: the expansion of
 * Li-Chien and Korolyuk turned by theta functions into series that converge for small z. For n > 140.
 */
export function pelzGoodCdf(n: number, x: number): number {
  const z = Math.sqrt(n) * x;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  if (-PI2 / 8 / z2 < -708) return 0;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  const last = Math.ceil((16 * z) / Math.PI);
  for (let k = last; k >= 1; k--) {
    const odd = (2 * k - 1) ** 2;
    const q = Math.exp((-PI2 * odd) / (8 * z2));
    k0 += q;
    k1 += q * (-z2 + (PI2 / 4) * odd);
    k2 += q * (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * PI2 * odd) / 4 + (PI4 * (1 - 2 * z2) * odd * odd) / 16);
    k3 +=
      q *
      (-30 * z6 -
        90 * z4 * z4 +
        (PI2 * (135 * z4 - 96 * z6) * odd) / 4 +
        (PI4 * (-60 * z2 + 212 * z4) * odd * odd) / 16 +
        (PI6 * (5 - 30 * z2) * odd ** 3) / 64);
  }
  let even2 = 0;
  let even3 = 0;
  for (let k = last; k >= 1; k--) {
    const q = Math.exp((-PI2 * k * k) / (2 * z2));
    even2 += k * k * q;
    even3 += (3 * z2 - PI2 * k * k) * k * k * q;
  }
  const second = k2 / (72 * z6 * z) - (even2 * PI2) / (36 * z2 * z);
  const third = k3 / (6480 * z6 * z4) + (even3 * PI2) / (216 * z6);
  return SQRT2PI * (k0 / z + k1 / (6 * z4) / Math.sqrt(n) + second / n + third / n ** 1.5);
}
