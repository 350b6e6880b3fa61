// How sure an area under the ROC curve is.
import type { Ranking } from './ranking.ts';

/**
 * Standard error by DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), from counts without weights: how much the share
 * of the other class below each row varies, within both classes. NaN with fewer than two rows of a class.
 */
export function delongError({ truePositives, falsePositives }: Ranking): number {
  const positives = truePositives.at(-1) ?? 0;
  const others = falsePositives.at(-1) ?? 0;
  // Sums of the shares and of their squares, of positive rows and of others; a tie counts half.
  let [forPositive, forPositive2, forOther, forOther2] = [0, 0, 0, 0];
  let lastTrue = 0;
  let lastFalse = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const above = (lastTrue + truePositives[i]!) / (2 * positives);
    const below = 1 - (lastFalse + falsePositives[i]!) / (2 * others);
    forPositive += (truePositives[i]! - lastTrue) * below;
    forPositive2 += (truePositives[i]! - lastTrue) * below ** 2;
    forOther += (falsePositives[i]! - lastFalse) * above;
    forOther2 += (falsePositives[i]! - lastFalse) * above ** 2;
    lastTrue = truePositives[i]!;
    lastFalse = falsePositives[i]!;
  }
  return Math.sqrt(
    variance(forPositive, forPositive2, positives) / positives +
      variance(forOther, forOther2, others) / others,
  );
}

function variance(sum: number, squares: number, count: number): number {
  return Math.max(0, squares - sum ** 2 / count) / (count - 1);
}

/** Standard deviation of the area where scores tell nothing, ties counted (Mann and Whitney 1947): its centre is 0.5. */
export function nullError({ truePositives, falsePositives }: Ranking): number {
  const positives = truePositives.at(-1) ?? 0;
  const others = falsePositives.at(-1) ?? 0;
  const rows = positives + others;
  let ties = 0;
  let last = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const upTo = truePositives[i]! + falsePositives[i]!;
    ties += (upTo - last) ** 3 - (upTo - last);
    last = upTo;
  }
  return Math.sqrt((rows + 1 - ties / (rows * (rows - 1))) / (12 * positives * others));
}
