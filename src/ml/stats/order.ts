/** Indexes of `values` from the smallest to the largest; equal ones in the order they came. NaN is not expected. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, at) => at);
  return order.sort((a, b) => values[a]! - values[b]! || a - b);
}
