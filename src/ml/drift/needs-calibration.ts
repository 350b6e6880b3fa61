// Whether scores come nearer to probabilities by isotonic regression: NannyML's question, asked on rows that the regression
// has not seen. NannyML draws its splits with NumPy's generator, we draw ours with our own: near the border the answers
// may differ.
import type { Random } from '../../util/random.ts';
import { rowsWhere } from '../frame/frame.ts';
import { gather } from '../stats/gather.ts';
import { fitSorted, isotonicAt } from '../stats/isotonic.ts';
import { ascending } from '../stats/order.ts';
import { sampleRows } from '../stats/sample.ts';

const SPLITS = 10;
const TEST_SHARE = 0.1;
const BINS = 10;

/** `truth` is 0 or 1. False where one class is all there is, or where fewer rows than bins would be tested. */
export function needsCalibration(score: Float64Array, truth: Float64Array, random: Random): boolean {
  // By score from here on, so that a million rows are read one after the other.
  const order = ascending(score);
  const scores = gather(score, order);
  const truths = gather(truth, order);
  const byClass = [0, 1].map((label) => rowsWhere(scores.length, (row) => truths[row] === label));
  if (byClass.some((rows) => rows.length < 2)) return false;
  const drawn = byClass.map(({ length }) => Math.max(1, Math.round(TEST_SHARE * length)));
  const looked = SPLITS * drawn.reduce((sum, each) => sum + each, 0);
  const plain = new Float64Array(looked);
  const calibrated = new Float64Array(looked);
  const happened = new Float64Array(looked);
  let found = 0;
  for (let split = 0; split < SPLITS; split++) {
    const tested = new Uint8Array(scores.length);
    for (const [label, rows] of byClass.entries())
      for (const at of sampleRows(rows.length, drawn[label]!, random)) tested[rows[at]!] = 1;
    const train = rowsWhere(scores.length, (row) => tested[row] === 0);
    const fit = fitSorted(gather(scores, train), gather(truths, train), null);
    for (const row of rowsWhere(scores.length, (each) => tested[each] === 1)) {
      plain[found] = scores[row]!;
      calibrated[found] = isotonicAt(fit, scores[row]!);
      happened[found++] = truths[row]!;
    }
  }
  return calibrationError(plain, happened) > calibrationError(calibrated, happened);
}

/** Expected calibration error over bins of equally many rows: the mean distance of what is said from what happened. */
function calibrationError(said: Float64Array, happened: Float64Array): number {
  const order = ascending(said);
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const rows = order.subarray(
      Math.floor((bin * order.length) / BINS),
      Math.floor(((bin + 1) * order.length) / BINS),
    );
    let gap = 0;
    for (const row of rows) gap += said[row]! - happened[row]!;
    error += Math.abs(gap) / order.length;
  }
  return error;
}
