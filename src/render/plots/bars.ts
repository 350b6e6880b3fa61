// Bars from left to right, a group for each name.
import type { BarsFigure } from '../../plots/figure.ts';
import { CHART_WIDTH, chart } from '../chart/frame.ts';
import { linear, nice, ticks, tickTexts } from '../chart/scale.ts';
import { h, type Markup } from '../markup.ts';
import { textWidth, truncate } from '../text-width.ts';
import { findingOf, scoreText } from './finding.ts';
import { colorClass } from './marks.ts';

const BAR = 12;
const GAP = 10;
const LONGEST = 20;
const TOP = 6;

export function barsChart(figure: BarsFigure): Markup {
  const { categories, series } = figure;
  const names = categories.map((name) => truncate(name, LONGEST));
  const left = 10 + 6.2 * names.reduce((most, name) => Math.max(most, textWidth(name)), 3);
  const values = series.flatMap((each) => each.values.filter((value) => value !== null));
  const domain = nice(
    [values.reduce((a, b) => Math.min(a, b), 0), values.reduce((a, b) => Math.max(a, b), 0)],
    4,
  );
  const x = linear(domain[0] === domain[1] ? [0, 1] : domain, [left, CHART_WIDTH - 44]);
  const group = series.length * BAR + GAP;
  const bottom = TOP + categories.length * group;
  const marks = ticks([...x.domain], 4);
  return chart(
    { title: figure.title, desc: findingOf(figure) },
    CHART_WIDTH,
    bottom + (figure.x.label === '' ? 20 : 36),
    marks.map((at) => h('line', { class: 'gridline', x1: x(at), x2: x(at), y1: TOP, y2: bottom })),
    categories.map((name, at) => [
      h(
        'text',
        { x: left - 8, y: TOP + at * group + (group - GAP) / 2 + GAP / 2 + 4, 'text-anchor': 'end' },
        h('title', {}, name),
        names[at]!,
      ),
      series.map(({ name: of, color, values: all }, nth) =>
        bar(TOP + at * group + GAP / 2 + nth * BAR, all[at] ?? null, x, color, `${name}, ${of}`),
      ),
    ]),
    h('line', { class: 'axis', x1: x(0), x2: x(0), y1: TOP, y2: bottom }),
    marks.map((at) =>
      h('text', { class: 'tick', x: x(at), y: bottom + 14, 'text-anchor': 'middle' }, tickTexts(marks)(at)),
    ),
    figure.x.label === ''
      ? undefined
      : h(
          'text',
          { class: 'label', x: (left + CHART_WIDTH - 44) / 2, y: bottom + 30, 'text-anchor': 'middle' },
          figure.x.label,
        ),
  );
}

function bar(
  y: number,
  value: number | null,
  x: (value: number) => number,
  color: number,
  title: string,
): Markup {
  if (value === null) return h('text', { class: 'tick', x: x(0) + 4, y: y + BAR - 2.5 }, '–');
  const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
  return h(
    'g',
    { class: colorClass(color) },
    h(
      'rect',
      { class: 'bar', x: from, y: y + 0.5, width: Math.max(0.5, to - from), height: BAR - 1 },
      h('title', {}, `${title}: ${scoreText(value)}`),
    ),
    h('text', { class: 'tick', x: to + 4, y: y + BAR - 2.5 }, scoreText(value)),
  );
}
