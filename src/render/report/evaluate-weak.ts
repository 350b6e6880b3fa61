// Where the model is weak, as found by a search, and whether rows that did not find it say so too.
import { formatCount } from '../../util/units.ts';
import { percent } from '../chart/frame.ts';
import { intervalStrip } from '../chart/strip.ts';
import { type Child, h } from '../markup.ts';
import { badge, dataTable, metricName, score } from './parts.ts';
import type { WeakSegmentsReport } from './types.ts';

export function weakPart(found: WeakSegmentsReport | null | undefined): Child {
  if (!found) return undefined;
  const { segments, measure, overall, columns, skipped } = found;
  const name = metricName(measure);
  const weak = segments.filter((each) => each.weak);
  const lead =
    weak.length === 0
      ? `No part of the data was found that is clearly worse than the whole, searching ${formatCount(columns.length)} columns.`
      : `${weak.length === 1 ? 'One part of the data is' : `${weak.length} parts of the data are`} clearly worse than the whole, whose ${name} is ${score(overall)}.`;
  const ends = segments.flatMap(({ held_out: { interval, value } }) => [...interval, value]);
  const domain = [Math.min(...ends, overall), Math.max(...ends, overall)] as const;
  const left = Object.entries(skipped).map(([column, why]) => `${column} (${why})`);
  return [
    h('p', {}, lead),
    segments.length === 0
      ? undefined
      : h(
          'p',
          { class: 'soft' },
          'Found on one half of the rows, measured on the other: the dot, with its interval. The dotted mark is all of that half. Where the interval crosses it, chance alone may be the reason.',
        ),
    dataTable(
      [
        { title: 'rows where', class: 'name' },
        { title: name, class: 'num' },
        { title: '', class: 'picture' },
        { title: 'held-out rows', class: 'num' },
        { title: 'share of data', class: 'num' },
        { title: '' },
      ],
      segments.map(({ where, share, held_out: { rows, value, interval }, weak: isWeak }) => [
        h('code', {}, where),
        score(value),
        intervalStrip(
          { value, low: interval[0], high: interval[1] },
          domain,
          overall,
          `${where}: ${name} ${score(value)}, from ${score(interval[0])} to ${score(interval[1])}, all ${score(overall)}`,
        ),
        formatCount(rows),
        percent(share),
        isWeak ? badge('warn', '! weak') : badge('neutral', 'not confirmed'),
      ]),
    ),
    weak.length === 0
      ? undefined
      : h('p', { class: 'soft' }, 'To watch one of them: slices: [{where: "…"}], and a gate on it.'),
    left.length === 0 ? undefined : h('p', { class: 'soft' }, `Not searched: ${left.join(', ')}.`),
  ];
}
