// The regression of LIME (Ribeiro, Singh and Guestrin 2016): a line through the model's answers near one row. Agrees with
// lime's LimeTabularExplainer with its defaults, given the same neighbours: kernel √exp(−d²/w²), w = 0.75·√features, features
// chosen by forward selection (up to 6 of them) or by weight, then ridge with alpha 1.
import { solvePositive } from '../stats/cholesky.ts';

export interface Neighbours {
  readonly features: number;
  /** neighbours × features: 1 where a neighbour has the row's own value. The first neighbour is the row itself. */
  readonly same: Uint8Array;
  /** What the model says of each. */
  readonly answers: Float64Array;
}

export interface LimeFit {
  readonly intercept: number;
  /** By falling size of the weight. */
  readonly weights: readonly { readonly feature: number; readonly weight: number }[];
  /** Weighted share of the answers' variance that the line explains: near 0, the weights say nothing. NaN when constant. */
  readonly r2: number;
  /** What the line says of the row itself. */
  readonly prediction: number;
}

/** @param most features in the explanation */
export function fitLime(neighbours: Neighbours, most: number): LimeFit {
  const moments = momentsOf(neighbours);
  const chosen = most <= 6 ? selectForward(moments, most) : selectHeaviest(moments, most);
  const coefficients = ridge(moments, chosen, 1) ?? new Float64Array(chosen.length);
  const intercept =
    neighbours.answers[0]! +
    moments.answer -
    chosen.reduce((sum, feature, at) => sum + coefficients[at]! * moments.means[feature]!, 0);
  const weights = chosen.map((feature, at) => ({ feature, weight: coefficients[at]! }));
  return {
    intercept,
    weights: weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.feature - b.feature),
    r2: explained(moments, chosen, coefficients),
    prediction: intercept + coefficients.reduce((sum, each) => sum + each, 0),
  };
}

/** Weighted means, and sums of products around them; answers count from that of the row itself. */
interface Moments {
  readonly features: number;
  readonly means: Float64Array;
  readonly answer: number;
  /** features × features. */
  readonly products: Float64Array;
  readonly withAnswer: Float64Array;
  readonly answerSquares: number;
}

function momentsOf({ features, same, answers: given }: Neighbours): Moments {
  // From the first one on: answers that are all equal then are exactly 0.
  const answers = given.map((each) => each - given[0]!);
  const width = 0.75 * Math.sqrt(features);
  const kernel = answers.map((_, at) => {
    let apart = 0;
    for (let k = at * features; k < (at + 1) * features; k++) apart += 1 - same[k]!;
    return Math.sqrt(Math.exp(-apart / (width * width)));
  });
  const total = kernel.reduce((sum, each) => sum + each, 0);
  const means = new Float64Array(features);
  let answer = 0;
  for (const [at, weight] of kernel.entries()) {
    answer += (weight * answers[at]!) / total;
    for (let k = 0; k < features; k++) means[k]! += (weight * same[at * features + k]!) / total;
  }
  const products = new Float64Array(features * features);
  const withAnswer = new Float64Array(features);
  let answerSquares = 0;
  const centred = new Float64Array(features);
  for (const [at, weight] of kernel.entries()) {
    const above = answers[at]! - answer;
    answerSquares += weight * above * above;
    for (let k = 0; k < features; k++) centred[k] = same[at * features + k]! - means[k]!;
    for (let k = 0; k < features; k++) {
      const scaled = weight * centred[k]!;
      withAnswer[k]! += scaled * above;
      for (let j = 0; j <= k; j++) products[k * features + j]! += scaled * centred[j]!;
    }
  }
  for (let k = 0; k < features; k++)
    for (let j = 0; j < k; j++) products[j * features + k] = products[k * features + j]!;
  return { features, means, answer, products, withAnswer, answerSquares };
}

/** Coefficients of the chosen features; null where they cannot be told apart. */
function ridge(
  { features, products, withAnswer }: Moments,
  chosen: readonly number[],
  alpha: number,
): Float64Array | null {
  const size = chosen.length;
  const matrix = new Float64Array(size * size);
  for (const [i, a] of chosen.entries())
    for (const [j, b] of chosen.entries())
      matrix[i * size + j] = products[a * features + b]! + (i === j ? alpha : 0);
  return solvePositive(
    matrix,
    Float64Array.from(chosen, (k) => withAnswer[k]!),
    size,
  );
}

/** R² of the line with these coefficients. */
function explained(moments: Moments, chosen: readonly number[], coefficients: Float64Array): number {
  const { features, products, withAnswer, answerSquares } = moments;
  let left = answerSquares;
  for (const [i, a] of chosen.entries()) {
    left -= 2 * coefficients[i]! * withAnswer[a]!;
    for (const [j, b] of chosen.entries())
      left += coefficients[i]! * coefficients[j]! * products[a * features + b]!;
  }
  return answerSquares === 0 ? Number.NaN : 1 - left / answerSquares;
}

/** One feature after the other, each time the one that explains most with those before. */
function selectForward(moments: Moments, most: number): number[] {
  const chosen: number[] = [];
  while (chosen.length < Math.min(most, moments.features)) {
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let feature = 0; feature < moments.features; feature++) {
      if (chosen.includes(feature)) continue;
      const tried = [...chosen, feature];
      const coefficients = ridge(moments, tried, 0);
      const score = coefficients ? explained(moments, tried, coefficients) : Number.NEGATIVE_INFINITY;
      if (score > bestScore) [best, bestScore] = [feature, score];
    }
    if (best < 0) break;
    chosen.push(best);
  }
  return chosen;
}

function selectHeaviest(moments: Moments, most: number): number[] {
  const all = Array.from({ length: moments.features }, (_, feature) => feature);
  const coefficients = ridge(moments, all, 0.01)!;
  return all.sort((a, b) => Math.abs(coefficients[b]!) - Math.abs(coefficients[a]!) || a - b).slice(0, most);
}
