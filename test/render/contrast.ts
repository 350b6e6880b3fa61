// How well one colour stands out from another: the ratio of WCAG 2.2 (1.4.3), 1 to 21; text needs 4.5, parts of pictures 3.

type Triple = readonly [number, number, number];

export function rgb(hex: string): Triple {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as unknown as Triple;
}

/** As CSS's `color-mix(in srgb, a share%, b)`. */
export function mixed(a: Triple, share: number, b: Triple): Triple {
  return a.map((value, at) => (value * share + b[at]! * (100 - share)) / 100) as unknown as Triple;
}

export function contrast(a: Triple, b: Triple): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(color: Triple): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
