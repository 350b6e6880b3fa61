// Which threshold to take: what it would give, beside how rows are decided now, and what to expect of it on other rows.
import { percent } from '../chart/frame.ts';
import { type Child, h } from '../markup.ts';
import { dataTable, metricName, score } from './parts.ts';
import type { DecideReport, ThresholdOutcome } from './types.ts';

export function thresholdPart(decide: DecideReport | null | undefined): Child {
  if (!decide) return undefined;
  const { rule, positive, chosen, reason, now, confirmed, measure } = decide;
  if (!chosen) return h('p', {}, `Asked for: ${rule}. No threshold to advise: ${reason}.`);
  const advice =
    chosen.threshold === null
      ? `Flag nothing: no score is high enough to call a row ${positive}.`
      : `Call a row ${positive} from a score of ${chosen.threshold} on.`;
  return [
    h('p', { class: 'lead' }, advice),
    h(
      'p',
      {},
      `Of 100 rows like these: ${inHundred(confirmed ?? chosen, positive)}. As it is now: ${inHundred(now, positive)}.`,
    ),
    h(
      'p',
      { class: 'soft' },
      `Asked for: ${rule}. The numbers above keep the threshold of the options: this is advice. `,
      confirmed
        ? 'A threshold looks best on the rows that chose it; the last line was chosen on one half of the rows and measured on the other, and is what to expect.'
        : 'A threshold looks best on the rows that chose it, and there were too few rows to hold some back: expect less.',
    ),
    dataTable(
      [
        { title: '', class: 'name' },
        { title: 'from score', class: 'num' },
        { title: metricName(measure), class: 'num' },
        ...(measure === 'precision' ? [] : [{ title: 'precision', class: 'num' } as const]),
        ...(measure === 'recall' ? [] : [{ title: 'recall', class: 'num' } as const]),
        { title: 'flagged', class: 'num' },
      ],
      [
        outcomeRow('as it is decided now', now, measure, 'the likelier class'),
        outcomeRow('advised, on these rows', chosen, measure, 'none'),
        ...(confirmed ? [outcomeRow('advised, on rows held back', confirmed, measure, 'none')] : []),
      ],
    ),
  ];
}

/** What a decision means, counted on fingers. */
function inHundred({ flagged, precision, recall }: ThresholdOutcome, positive: string | number): string {
  const right = flagged * (precision ?? 0);
  const missed = recall ? right / recall - right : 0;
  const count = (share: number): string =>
    share > 0 && share < 0.005 ? 'under 1' : String(Math.round(100 * share));
  const misses =
    recall === 0 || recall === null
      ? `every ${positive} is missed`
      : `${count(missed)} that are ${positive} are missed`;
  return `${count(flagged)} are called ${positive}, ${count(right)} of them rightly, and ${misses}`;
}

function outcomeRow(name: string, of: ThresholdOutcome, measure: string, none: string): Child[] {
  const { threshold, value, precision, recall, flagged, intervals } = of;
  return [
    name,
    threshold === null ? none : String(threshold),
    ranged(score(value), intervals.value),
    ...(measure === 'precision' ? [] : [ranged(score(precision), intervals.precision)]),
    ...(measure === 'recall' ? [] : [ranged(score(recall), intervals.recall)]),
    percent(flagged),
  ];
}

function ranged(text: string, interval: readonly [number, number] | null): Child {
  return interval
    ? [text, h('small', { class: 'note' }, `${score(interval[0])} … ${score(interval[1])}`)]
    : text;
}
