// What gradient boosting learns from: columns, one entry a row.

/** `numeric`: NaN = missing. `categorical`: codes from 0 up, without an order; below 0 = missing. */
export type BoostFeature =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | { readonly kind: 'categorical'; readonly codes: Int32Array };

/** The rows at `indexes`, in that order. */
export function takeFeature(feature: BoostFeature, indexes: Int32Array): BoostFeature {
  if (feature.kind === 'numeric') {
    const values = new Float64Array(indexes.length);
    for (let i = 0; i < indexes.length; i++) values[i] = feature.values[indexes[i]!]!;
    return { kind: 'numeric', values };
  }
  const codes = new Int32Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) codes[i] = feature.codes[indexes[i]!]!;
  return { kind: 'categorical', codes };
}

/** One kind of array for all, so that prediction walks over numbers only: a missing code is NaN. */
export function numbersOf(feature: BoostFeature): Float64Array {
  if (feature.kind === 'numeric') return feature.values;
  return Float64Array.from(feature.codes, (code) => (code < 0 ? Number.NaN : code));
}
