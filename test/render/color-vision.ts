// How far apart colours are for eyes of several kinds: distance in OKLab (Ottosson 2020) after the simulation of Machado,
// Oliveira and Fernandes (2009), severity 1.

type Triple = readonly [number, number, number];

const VISIONS: readonly (readonly number[])[] = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
];

/** The distance of the two colours that are most alike to any of these eyes; black and white are 1 apart. */
export function nearest(colors: readonly string[]): number {
  const seen = colors.map((color) => VISIONS.map((vision) => oklab(applied(vision, linearRgb(color)))));
  let least = 1;
  for (const [at, a] of seen.entries())
    for (const b of seen.slice(at + 1))
      for (const [eye, each] of a.entries()) least = Math.min(least, distance(each, b[eye]!));
  return least;
}

function linearRgb(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function applied(m: readonly number[], [r, g, b]: Triple): Triple {
  const row = (at: number): number => Math.min(1, Math.max(0, m[at]! * r + m[at + 1]! * g + m[at + 2]! * b));
  return [row(0), row(3), row(6)];
}

function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
