// What to do: fixed rules over the report's own numbers. Labels decide where there are any, an estimate where there are
// none, and drift alone never says more than "look".
import type { AdviceInput } from './advice-input.ts';
import { reasonsAgainst, reasonsFor, relied, unread } from './advice-reasons.ts';
import { percent } from './decide.ts';
import { lossKind } from './foreseen.ts';
import type { DriftOptions } from './options.ts';
import type { Advice } from './report.ts';

export function advise(input: AdviceInput, options: DriftOptions['advice']): Advice {
  const blocked = input.findings.some(({ status }) => status === 'fail');
  const probability = input.probability ?? input.estimated;
  const decision = blocked ? 'block' : decisionOf(input, options);
  return {
    decision,
    basis: blocked ? 'schema' : input.probability ? 'labels' : input.estimated ? 'estimate' : 'drift',
    probability: probability ?? {
      value: null,
      event: 'the model does worse than on the reference',
      method: null,
      replicates: 0,
      reason: input.withoutLabels,
    },
    unusualness: input.unusualness,
    loss: lossKind(input.performance, input.estimate),
    for: reasonsFor(input, options),
    against: reasonsAgainst(input, options),
    caveats: [...caveats(input, decision), ...input.caveats],
  };
}

function decisionOf(input: AdviceInput, options: DriftOptions['advice']): Advice['decision'] {
  const { probability, estimated, findings } = input;
  const warned = findings.some(({ status }) => status === 'warn');
  const moved = input.columns.some(({ drifted }) => drifted) || warned || input.predictions?.drifted === true;
  if (probability && probability.value !== null) {
    if (probability.value >= options.retrain) return 'retrain';
    return probability.value >= options.investigate ? 'investigate' : 'keep';
  }
  if (estimated && estimated.value !== null) {
    if (estimated.value >= options.retrain && moved) return 'retrain';
    if (estimated.value >= options.investigate) return 'investigate';
    // An estimate that holds and a move of what the model does not rely on: two reasons to believe that nothing is lost.
    if (input.importance && relied(input).length === 0 && !warned && !input.predictions?.drifted)
      return 'keep';
  }
  return moved ? 'investigate' : 'keep';
}

function caveats(input: AdviceInput, decision: Advice['decision']): string[] {
  const { probability, estimated, predictions } = input;
  const moved = input.columns.filter(({ drifted }) => drifted).length;
  if (decision === 'block') return ['nothing is judged until the data can be read as the reference was'];
  if (!probability)
    return [
      estimated
        ? 'estimated without labels: it holds while the same inputs mean what they meant; a change in what inputs mean cannot be seen'
        : 'without labels a change in what inputs mean cannot be seen',
      ...(estimated ? strangeGround(input) : []),
      ...(estimated && decision === 'retrain'
        ? [
            'get labels of some current rows before you replace the model: they tell whether the estimate is right',
          ]
        : []),
      ...(decision === 'keep' && unread(input).length > 0
        ? ['what moved matters little to this model; another model may rely on it']
        : []),
      ...(predictions ? [] : ['without a model or predictions only the inputs were compared']),
    ];
  if (decision === 'retrain' && lossKind(input.performance, input.estimate) === 'foreseen')
    return [
      'find out first why rows of this kind came: a new model is better at them only where it learns from many of them, and some stay hard for any model',
    ];
  if (decision === 'retrain' && moved === 0)
    return ['no input column moved: training again on old rows will not help'];
  if (decision === 'keep' && moved > 0)
    return ['inputs moved, but the labels show no loss beyond the tolerance'];
  return [];
}

const MUCH = 0.05;

/** Where the reference had no rows, no score was ever held against a label. */
function strangeGround(input: AdviceInput): string[] {
  const strangers = relied(input)
    .map(({ column, out_of_range, unseen }) => ({ column, share: out_of_range ?? unseen ?? 0 }))
    .filter(({ share }) => share >= MUCH);
  const most = strangers.sort((a, b) => b.share - a.share)[0];
  return most
    ? [
        `${percent(most.share)} of ${most.column} is unlike anything in the reference: there the scores were never checked against labels, and the estimate is a guess`,
      ]
    : [];
}
