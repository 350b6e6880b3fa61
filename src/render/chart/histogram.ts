// Two distributions of one column over the same bins: the reference filled, the current as an outline on top.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis, percent } from './frame.ts';
import { type Quantiles, quantileBoxes } from './quantiles.ts';
import { linear, nice, ticks, tickText } from './scale.ts';

export interface Histogram extends Labels {
  /** n + 1 finite, rising edges of n bins. */
  readonly edges: readonly number[];
  /** Share of rows in each bin. */
  readonly reference: readonly number[];
  readonly current?: readonly number[];
  /** What the filled and the outlined one are called. */
  readonly names?: readonly [string, string];
  readonly label?: string;
  /** A limit on the axis, said in words beside its line. */
  readonly mark?: { readonly at: number; readonly name: string };
  /** Marks of the axis in words, where they are no plain numbers. */
  readonly text?: (value: number) => string;
  /** Drawn below, on the same axis. */
  readonly quantiles?: Quantiles | undefined;
}

const HEIGHT = 190;
const BOX: Box = { left: 44, right: CHART_WIDTH - 10, top: 24, bottom: HEIGHT - 24 };
/** Room for what stands below the axis. */
const LABEL = 14;
const BOXES = 40;

/** A bin that stands this much above the middle one would flatten all others. */
const SPIKE = 8;

export function histogram(of: Histogram): Markup {
  const { edges } = of;
  const bins = edges.length - 1;
  const width = (at: number): number => edges[at + 1]! - edges[at]!;
  const even = isEven(edges);
  const densities = [...of.reference, ...(of.current ?? [])].map((share, at) => share / width(at % bins));
  // Bins of unequal width are drawn as densities, so that an area means the same everywhere; where one would tower
  // over all, every bin gets the same room and the axis names the edges instead.
  const spiky = !even && isSpiky(densities);
  const heightOf = (shares: readonly number[]): number[] =>
    even || spiky ? [...shares] : shares.map((share, at) => share / width(at));
  const reference = heightOf(of.reference);
  const current = of.current && heightOf(of.current);
  const top = Math.max(...reference, ...(current ?? []), Number.MIN_VALUE);
  const domain: [number, number] = spiky ? [0, bins] : [edges[0]!, edges.at(-1)!];
  const scale = linear(domain, [BOX.left, BOX.right]);
  const xs = edges.map((edge, at) => scale(spiky ? at : edge));
  const y = linear(nice([0, top], 3), [BOX.bottom, BOX.top]);
  const yAxis = {
    scale: y,
    marks: ticks([...y.domain], 3),
    label: even || spiky ? 'share of rows' : 'density',
    ...(even || spiky ? { text: percent } : {}),
  };
  const marks = spiky
    ? innerEdges(bins)
    : of.text
      ? [domain[0], (domain[0] + domain[1]) / 2, domain[1]]
      : ticks(domain, 5);
  // The outer bins mean "and beyond", and so does a whisker that ends at the axis's end.
  const inside = (value: number): number => Math.min(BOX.right, Math.max(BOX.left, scale(value)));
  const boxes = of.quantiles && !spiky ? quantileBoxes(of.quantiles, inside, HEIGHT + 4) : undefined;
  const text = (mark: number): string =>
    (of.text ?? tickText)(spiky ? Number(edges[mark]!.toPrecision(2)) : mark);
  return chart(
    of,
    CHART_WIDTH,
    HEIGHT + (of.label ? LABEL : 0) + (boxes ? BOXES : 0),
    leftAxis(yAxis, BOX),
    reference.map((height, at) =>
      h(
        'rect',
        {
          class: 'ref-fill',
          x: xs[at]! + 0.5,
          y: y(height),
          width: Math.max(0.5, xs[at + 1]! - xs[at]! - 1),
          height: BOX.bottom - y(height),
        },
        h('title', {}, binTitle(of, at)),
      ),
    ),
    current ? h('path', { class: 'cur-line', d: outline(current, xs, y) }) : undefined,
    of.mark && !spiky ? limitLine(of.mark, inside(of.mark.at)) : undefined,
    bottomAxis({ scale, marks, text, ...(of.label ? { label: of.label } : {}) }, BOX),
    boxes,
  );
}

function limitLine({ name }: NonNullable<Histogram['mark']>, x: number): Markup[] {
  const left = x > (BOX.left + BOX.right) / 2;
  return [
    h('line', { class: 'limit', x1: x, x2: x, y1: BOX.top, y2: BOX.bottom }),
    h(
      'text',
      { class: 'label', x: left ? x - 4 : x + 4, y: BOX.top + 10, 'text-anchor': left ? 'end' : 'start' },
      name,
    ),
  ];
}

/** Whether all bins are as wide as each other. */
export function isEven(edges: readonly number[]): boolean {
  const widths = edges.slice(1).map((edge, at) => edge - edges[at]!);
  return Math.max(...widths) - Math.min(...widths) < 1e-6 * Math.max(...widths);
}

function isSpiky(heights: readonly number[]): boolean {
  const rising = heights.filter((height) => height > 0).sort((a, b) => a - b);
  return rising.length > 0 && rising.at(-1)! > SPIKE * rising[rising.length >> 1]!;
}

/** The outer edges of such bins stand for "and beyond": they have no number. */
function innerEdges(bins: number): number[] {
  const step = Math.max(1, Math.ceil((bins - 1) / 6));
  return Array.from({ length: Math.ceil((bins - 1) / step) }, (_, at) => 1 + at * step);
}

/** A staircase along the tops of the bins, closed to the axis at both ends. */
function outline(heights: readonly number[], xs: readonly number[], y: (value: number) => number): string {
  const steps = heights.map((height, at) => `V${round(y(height))}H${round(xs[at + 1]!)}`);
  return `M${round(xs[0]!)} ${round(y(0))}${steps.join('')}V${round(y(0))}`;
}

function binTitle(
  { edges, reference, current, names = ['reference', 'current'], text }: Histogram,
  at: number,
): string {
  const said = text ?? ((edge: number): string => String(Number(edge.toPrecision(6))));
  const range = `${said(edges[at]!)} to ${said(edges[at + 1]!)}`;
  const now = current ? `, ${names[1]} ${percent(current[at]!)}` : '';
  return `${range}: ${current ? `${names[0]} ` : ''}${percent(reference[at]!)}${now}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
