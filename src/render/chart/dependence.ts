// How the answer changes with one column: the mean as a line, single rows thin behind it, and below where the rows are.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis } from './frame.ts';
import { linear, nice, ticks, tickTexts } from './scale.ts';

export interface DependenceChart extends Labels {
  readonly at: readonly number[];
  readonly mean: readonly number[];
  /** Of single rows, on the same scale as the mean. */
  readonly curves: readonly (readonly number[])[];
  /** Share of rows near each point. */
  readonly density: readonly number[];
  readonly label: string;
}

const HEIGHT = 212;
const BOX: Box = { left: 44, right: CHART_WIDTH - 10, top: 24, bottom: HEIGHT - 36 };
/** Of the rug: as deep as the fullest point is high. */
const RUG = { top: BOX.bottom + 2, height: 12 };

export function dependenceChart(of: DependenceChart): Markup {
  const values = [...of.mean, ...of.curves.flat()];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = low === high ? Math.abs(low) * 0.1 || 1 : 0;
  const y = linear(nice([low - room, high + room], 4), [BOX.bottom, BOX.top]);
  const x = linear([of.at[0]!, of.at.at(-1)!], [BOX.left, BOX.right]);
  const path = (line: readonly number[]): string =>
    line
      .map((value, point) => `${point === 0 ? 'M' : 'L'}${short(x(of.at[point]!))} ${short(y(value))}`)
      .join('');
  const marks = ticks([...y.domain], 4);
  return chart(
    of,
    CHART_WIDTH,
    HEIGHT,
    leftAxis({ scale: y, marks, label: of.label, text: tickTexts(marks) }, BOX),
    of.curves.map((curve) => h('path', { class: 'single', d: path(curve) })),
    h('path', { class: 'series s1', d: path(of.mean) }),
    rug(of, x),
    bottomAxis({ scale: x, marks: ticks([...x.domain], 5) }, { ...BOX, bottom: RUG.top + RUG.height }),
  );
}

/** Bars hang where rows are: under a gap the line is a guess. */
function rug({ at, density }: DependenceChart, x: (value: number) => number): Markup[] {
  const most = Math.max(...density, Number.MIN_VALUE);
  return density.flatMap((share, point) => {
    if (share === 0) return [];
    const left = point === 0 ? x(at[0]!) : (x(at[point - 1]!) + x(at[point]!)) / 2;
    const right = point === at.length - 1 ? x(at[point]!) : (x(at[point]!) + x(at[point + 1]!)) / 2;
    const height = Math.max(1, RUG.height * Math.sqrt(share / most));
    return [
      h('rect', {
        class: 'ref-fill',
        x: short(left),
        y: RUG.top,
        width: short(Math.max(1, right - left)),
        height: short(height),
      }),
    ];
  });
}

function short(value: number): number {
  return Math.round(value * 10) / 10;
}
