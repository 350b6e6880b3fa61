import { descendingOrder } from './order.ts';

/**
 * Ready to say the p-quantile of `values` for any weights: the smallest value at which the weight up to it passes p of the
 * whole; where it reaches exactly p, the mean of it and the next with weight. As numpy's `averaged_inverted_cdf` and
 * scikit-learn's weighted percentiles. NaN without any weight.
 */
export function weightedQuantiles(values: Float64Array): (p: number, weights: Float64Array | null) => number {
  const order = descendingOrder(values).reverse();
  const total = (weights: Float64Array | null): number => {
    if (weights === null) return values.length;
    let sum = 0;
    for (let row = 0; row < weights.length; row++) sum += weights[row]!;
    return sum;
  };
  return (p, weights) => {
    const wanted = p * total(weights);
    // Sums of weights such as 0.1 miss a whole by their last bits.
    const tolerance = wanted * 1e-14;
    let reached = 0;
    let last = Number.NaN;
    let exactly = false;
    for (let at = 0; at < order.length; at++) {
      const row = order[at]!;
      const weight = weights === null ? 1 : weights[row]!;
      if (weight === 0) continue;
      if (exactly) return (last + values[row]!) / 2;
      reached += weight;
      last = values[row]!;
      if (reached > wanted + tolerance) return last;
      exactly = reached >= wanted - tolerance;
    }
    return last;
  };
}
