// What makes one threshold better than another: costs, a target that must be met, or a metric.
import { isJsonObject, type Json } from '../../core/json.ts';
import {
  either,
  elsewhere,
  nothing,
  number,
  object,
  type Problem,
  type Shape,
  share,
  text,
} from '../../core/shape.ts';
import { METRICS, metricFor } from '../metrics/table.ts';
import { FOR_COSTS } from '../other-tools.ts';

export type DecideRule =
  | {
      readonly kind: 'costs';
      readonly false_positive: number;
      readonly false_negative: number;
      readonly true_positive: number;
      readonly true_negative: number;
    }
  | { readonly kind: 'target'; readonly of: Target; readonly value: number }
  | { readonly kind: 'metric'; readonly metric: string };

/** The first two are to be reached, the others not to be passed. */
const TARGETS = ['precision', 'recall', 'false_positive_rate', 'flagged'] as const;
export type Target = (typeof TARGETS)[number];

export const decideShape: Shape = either(
  '{costs: …}, {target: …}, {metric: …} or nothing',
  object(
    {
      costs: elsewhere(
        FOR_COSTS,
        object(
          { false_positive: number, false_negative: number, true_positive: number, true_negative: number },
          ['false_positive', 'false_negative'],
        ),
      ),
    },
    ['costs'],
  ),
  object({ target: object(Object.fromEntries(TARGETS.map((name) => [name, share]))) }, ['target']),
  object({ metric: text }, ['metric']),
  nothing,
);

/** Parses what `decideShape` has checked and `decideProblems` found nothing wrong with. */
export function decideOf(written: Json | undefined): DecideRule | null {
  if (!isJsonObject(written)) return null;
  const { costs, target, metric } = written;
  if (isJsonObject(costs))
    return {
      kind: 'costs',
      true_positive: 0,
      true_negative: 0,
      ...(costs as { false_positive: number; false_negative: number }),
    };
  if (isJsonObject(target)) {
    const [of, value] = Object.entries(target)[0] as [Target, number];
    return { kind: 'target', of, value };
  }
  return { kind: 'metric', metric: metricFor(metric as string, 'binary')!.name };
}

/** Paths lead from the options. */
export function decideProblems(written: Json | undefined): readonly Problem[] {
  if (!isJsonObject(written)) return [];
  const { costs, target, metric } = written;
  if (isJsonObject(target) && Object.keys(target).length !== 1)
    return [{ path: ['decide', 'target'], message: `one target at a time: ${TARGETS.join(', ')}` }];
  if (typeof metric === 'string' && metricFor(metric, 'binary')?.kind !== 'confusion')
    return [
      {
        path: ['decide', 'metric'],
        message: `a threshold does not change "${metric}"`,
        help: `one of ${METRICS.filter(({ kind, tasks }) => kind === 'confusion' && tasks.includes('binary'))
          .map(({ name }) => name)
          .join(', ')}`,
      },
    ];
  if (isJsonObject(costs)) {
    const of = (key: string): number => (costs[key] as number | undefined) ?? 0;
    if (of('false_positive') <= of('true_negative') || of('false_negative') <= of('true_positive'))
      return [
        {
          path: ['decide', 'costs'],
          message: 'an error must cost more than the right answer to the same row',
          help: 'false_positive over true_negative, false_negative over true_positive; a gain is a cost below 0',
        },
      ];
  }
  return [];
}

export function ruleInWords(rule: DecideRule): string {
  switch (rule.kind) {
    case 'costs': {
      const gains = [
        [rule.true_positive, 'true positive'],
        [rule.true_negative, 'true negative'],
      ].flatMap(([each, of]) => (each === 0 ? [] : [`, ${each} a ${of}`]));
      return `least cost, ${rule.false_positive} a false positive, ${rule.false_negative} a false negative${gains.join('')}`;
    }
    case 'metric':
      return `highest ${rule.metric}`;
    case 'target':
      return TARGET_WORDS[rule.of](rule.value);
  }
}

const TARGET_WORDS: { readonly [of in Target]: (value: number) => string } = {
  precision: (value) => `precision of at least ${value}, and then the highest recall`,
  recall: (value) => `recall of at least ${value}, and then the highest precision`,
  false_positive_rate: (value) => `false positive rate of at most ${value}, and then the highest recall`,
  flagged: (value) => `at most ${value} of the rows flagged, and then the highest recall`,
};
