// What a reader must know first, in a few sentences: does the model still work and why not, what moved, does that matter to it.
import { formatCount } from '../../util/units.ts';
import { byUrgency } from '../drift-order.ts';
import { mainEstimate } from './drift-performance.ts';
import { metricName, score } from './parts.ts';
import type { DriftReport } from './types.ts';

export function headline(report: DriftReport): readonly string[] {
  return [works(report), why(report), moved(report), matters(report)].filter((sentence) => sentence !== '');
}

function works({ performance, estimates = [], advice }: DriftReport): string {
  if (advice.decision === 'block') return '';
  const { value } = advice.probability;
  if (performance) {
    const { metric, reference, current } = performance;
    const told = `${metricName(metric)} ${score(reference)} on the reference, ${score(current)} now`;
    if (value !== null && value < 0.5) return `The model still works: ${told}.`;
    return advice.decision === 'retrain'
      ? `The model does worse than it did: ${told}.`
      : `The model may do worse than it did: ${told}.`;
  }
  const main = advice.basis === 'estimate' && mainEstimate(estimates, advice.probability.event);
  if (main && main.current.value !== null) {
    const told = `without labels, ${metricName(main.metric)} is estimated at ${score(main.current.value)} ± ${score(main.current.sampling_error)}, after ${score(main.reference.value)} on the reference`;
    if (value !== null && value < 0.5) return `The model seems to work as before: ${told}.`;
    return `The model seems to do worse: ${told}.`;
  }
  return 'Whether the model still works cannot be said: there are no labels to judge it by.';
}

/** Once labels say that something was lost: harder rows, or another meaning. */
function why({ advice }: DriftReport): string {
  if ((advice.probability.value ?? 0) < 0.5) return '';
  if (advice.loss === 'foreseen')
    return 'That was to be expected: these rows are harder for it, and its own scores say so. Nothing shows that it is out of date.';
  if (advice.loss === 'unforeseen')
    return 'Its own scores did not see it coming: the same inputs now mean something else.';
  return '';
}

/** How many columns moved, which, and whether the predictions did. */
function moved({ summary, columns, predictions }: DriftReport): string {
  const all = byUrgency(columns).filter(({ drifted }) => drifted);
  const named = all.slice(0, 4).map(({ column }) => column);
  const which =
    all.length === 0
      ? `None of ${formatCount(summary.tested)} columns moved`
      : `${formatCount(all.length)} of ${formatCount(summary.tested)} columns moved: ${named.join(', ')}${all.length > 4 ? ' and others' : ''}`;
  const told =
    predictions === null || summary.predictions_drifted === null
      ? ''
      : summary.predictions_drifted
        ? '; the predictions moved too'
        : '; the predictions are stable';
  return `${which}${told}.`;
}

/** Which of the columns that moved the model relies on, as the reasons have it. */
function matters({ advice, importance }: DriftReport): string {
  if (!importance) return '';
  const relied = advice.for.filter((each) => each.importance !== undefined).map(({ subject }) => subject);
  const not = advice.against.filter((each) => each.importance !== undefined).map(({ subject }) => subject);
  if (relied.length === 0) return not.length === 0 ? '' : 'The model does not rely on what moved.';
  const rest = not.length === 0 ? '' : `, hardly on ${not.join(', ')}`;
  return `Of what moved, the model relies on ${relied.join(', ')}${rest}.`;
}
