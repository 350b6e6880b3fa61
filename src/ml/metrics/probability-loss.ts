// Losses that ask whether the scores are good probabilities.
import { type ClassificationData, unavailable, type Weighed } from './data.ts';
import { meanOf } from './weighted-mean.ts';

export const NOT_PROBABILITIES = unavailable(
  'the scores are not probabilities (in [0, 1], a row summing to 1); declare scores: {kind: logit} if they are logits',
);

/** Mean of −ln p(true class), p clipped to [ε, 1 − ε] with ε = 2⁻⁵²: log_loss. */
export function logLoss({ truth, scores, classes, probabilities }: ClassificationData): Weighed {
  if (scores === null) return unavailable('there are no scores');
  if (!probabilities) return NOT_PROBABILITIES;
  return meanOf(truth.length, (row) => {
    const p = scores[row * classes + truth[row]!]!;
    return -Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
  });
}

/** Mean of (p(positive) − [row is positive])²: brier_score_loss. */
export function brierScore({ truth, scores, classes, positive, probabilities }: ClassificationData): Weighed {
  if (scores === null || positive === null) return unavailable('there are no scores');
  if (!probabilities) return NOT_PROBABILITIES;
  return meanOf(
    truth.length,
    (row) => (scores[row * classes + positive]! - (truth[row] === positive ? 1 : 0)) ** 2,
  );
}
