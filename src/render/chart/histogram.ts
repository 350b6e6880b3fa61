// Two distributions of one column over the same bins: the reference filled, the current as an outline on top.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis, percent } from './frame.ts';
import { linear, nice, ticks } from './scale.ts';

export interface Histogram extends Labels {
  /** n + 1 finite, rising edges of n bins. */
  readonly edges: readonly number[];
  /** Share of rows in each bin. */
  readonly reference: readonly number[];
  readonly current?: readonly number[];
  readonly label?: string;
}

const HEIGHT = 190;
const BOX: Box = { left: 44, right: CHART_WIDTH - 8, top: 14, bottom: HEIGHT - 36 };

/** Bins of unequal width are drawn as densities, so that an area means the same everywhere. */
export function histogram(of: Histogram): Markup {
  const { edges } = of;
  const widths = edges.slice(1).map((edge, at) => edge - edges[at]!);
  const even = Math.max(...widths) - Math.min(...widths) < 1e-6 * Math.max(...widths);
  const heightOf = (shares: readonly number[]): number[] =>
    even ? [...shares] : shares.map((share, at) => (widths[at]! > 0 ? share / widths[at]! : 0));
  const reference = heightOf(of.reference);
  const current = of.current && heightOf(of.current);
  const top = Math.max(...reference, ...(current ?? []), Number.MIN_VALUE);
  const domainX: [number, number] = [edges[0]!, edges.at(-1)!];
  const x = linear(domainX, [BOX.left, BOX.right]);
  const y = linear(nice([0, top], 3), [BOX.bottom, BOX.top]);
  const yAxis = {
    scale: y,
    marks: ticks([...y.domain], 3),
    label: even ? 'share of rows' : 'density',
    ...(even ? { text: percent } : {}),
  };
  return chart(
    of,
    CHART_WIDTH,
    HEIGHT,
    leftAxis(yAxis, BOX),
    reference.map((height, at) =>
      h(
        'rect',
        {
          class: 'ref-fill',
          x: x(edges[at]!) + 0.5,
          y: y(height),
          width: Math.max(0.5, x(edges[at + 1]!) - x(edges[at]!) - 1),
          height: BOX.bottom - y(height),
        },
        h('title', {}, binTitle(of, at)),
      ),
    ),
    current ? h('path', { class: 'cur-line', d: outline(current, edges.map(x), y) }) : undefined,
    bottomAxis({ scale: x, marks: ticks(domainX, 5), ...(of.label ? { label: of.label } : {}) }, BOX),
  );
}

/** A staircase along the tops of the bins, closed to the axis at both ends. */
function outline(heights: readonly number[], xs: readonly number[], y: (value: number) => number): string {
  const steps = heights.map((height, at) => `V${round(y(height))}H${round(xs[at + 1]!)}`);
  return `M${round(xs[0]!)} ${round(y(0))}${steps.join('')}V${round(y(0))}`;
}

function binTitle({ edges, reference, current }: Histogram, at: number): string {
  const range = `${Number(edges[at]!.toPrecision(6))} to ${Number(edges[at + 1]!.toPrecision(6))}`;
  const now = current ? `, current ${percent(current[at]!)}` : '';
  return `${range}: ${current ? 'reference ' : ''}${percent(reference[at]!)}${now}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
