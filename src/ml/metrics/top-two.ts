import { type ClassificationData, unavailable, type Weighed } from './data.ts';
import { meanOf } from './weighted-mean.ts';

/** Share of rows whose class is one of the two with the highest scores, ties to the later class: top_k_accuracy_score, k = 2. */
export function topTwoAccuracy({ truth, scores, classes }: ClassificationData): Weighed {
  if (scores === null) return unavailable('there are no scores');
  return meanOf(truth.length, (row) => {
    const own = truth[row]!;
    const score = scores[row * classes + own]!;
    let before = 0;
    for (let k = 0; k < classes; k++) {
      const other = scores[row * classes + k]!;
      if (other > score || (other === score && k > own)) before++;
    }
    return before < 2 ? 1 : 0;
  });
}
