// A measure chunk by chunk: what it was with labels, what is estimated without and how sure that is, between which limits it
// is nothing unusual, and where it left them. Told by colour and by shape: dots filled and open, lines whole and dashed.
import { h, type Markup } from '../markup.ts';
import { type Box, bottomAxis, CHART_WIDTH, chart, type Labels, leftAxis } from './frame.ts';
import { linear, nice, type Scale, ticks } from './scale.ts';

/** One chunk; null where it is not known. */
export interface CoursePoint {
  readonly label: string;
  readonly realised: number | null;
  readonly estimate: number | null;
  readonly band: readonly [number, number] | null;
  readonly alert: boolean;
}

export interface CourseChart extends Labels {
  /** The reference's chunks, then the current ones. */
  readonly points: readonly CoursePoint[];
  /** How many of them are the reference's. */
  readonly reference: number;
  readonly limits: { readonly lower: number | null; readonly upper: number | null };
  /** Label of the upright axis. */
  readonly measure: string;
  /** What the measure can be at most and least. */
  readonly range: readonly [number, number];
}

const HEIGHT = 210;
const BOX: Box = { left: 40, right: CHART_WIDTH - 10, top: 24, bottom: HEIGHT - 40 };
/** More chunks than this are a line with its alerts: a dot each would be one smear. */
const DOTTED = 40;

export function courseChart(of: CourseChart): Markup {
  const { points, limits } = of;
  const y = linear(domainOf(of), [BOX.bottom, BOX.top]);
  const x = linear([-0.5, points.length - 0.5], [BOX.left, BOX.right]);
  const border = x(of.reference - 0.5);
  return chart(
    of,
    CHART_WIDTH,
    HEIGHT,
    leftAxis({ scale: y, marks: ticks([...y.domain], 4), label: of.measure }, BOX),
    bottomAxis({ scale: x, marks: [], label: `${points[0]!.label} to ${points.at(-1)!.label}` }, BOX),
    of.reference > 0 && of.reference < points.length
      ? [
          h('line', { class: 'guide', x1: border, x2: border, y1: BOX.top - 4, y2: BOX.bottom }),
          sideLabel('reference', (BOX.left + border) / 2),
          sideLabel('current', (border + BOX.right) / 2),
        ]
      : undefined,
    [limits.lower, limits.upper].map((limit) =>
      limit === null
        ? undefined
        : h('line', { class: 'limit', x1: BOX.left, x2: BOX.right, y1: y(limit), y2: y(limit) }),
    ),
    runsOf(points, ({ band }) => band !== null).map((run) =>
      h('path', { class: 'band', d: bandPath(run, points, x, y) }),
    ),
    line(points, ({ estimate }) => estimate, 'estimate-line', x, y),
    line(points, ({ realised }) => realised, 'cur-line', x, y),
    points.map((point, at) => dots(point, at, points.length, x, y)),
  );
}

function sideLabel(text: string, at: number): Markup {
  return h('text', { class: 'tick', x: at, y: BOX.bottom + 14, 'text-anchor': 'middle' }, text);
}

/** Everything that is drawn, and no more than the measure can be. */
function domainOf({ points, limits, range }: CourseChart): [number, number] {
  const drawn = [
    ...points.flatMap(({ realised, estimate, band }) => [realised, estimate, ...(band ?? [])]),
    limits.lower,
    limits.upper,
  ].filter((value) => value !== null);
  const [low, high] = nice([Math.min(...drawn), Math.max(...drawn)], 4);
  return low === high ? [low - 0.5, high + 0.5] : [Math.max(low, range[0]), Math.min(high, range[1])];
}

/** Stretches of neighbours for which `has` holds, as places. */
function runsOf(points: readonly CoursePoint[], has: (point: CoursePoint) => boolean): number[][] {
  const runs: number[][] = [];
  for (const [at, point] of points.entries()) {
    if (!has(point)) continue;
    const last = runs.at(-1);
    if (last?.at(-1) === at - 1) last.push(at);
    else runs.push([at]);
  }
  return runs;
}

function bandPath(run: readonly number[], points: readonly CoursePoint[], x: Scale, y: Scale): string {
  // A single chunk still has a width.
  const from = run.length === 1 ? x(run[0]! - 0.3) : x(run[0]!);
  const corners = run.map((at) => [at === run[0] ? from : x(at), points[at]!.band!] as const);
  if (run.length === 1) corners.push([x(run[0]! + 0.3), points[run[0]!]!.band!]);
  const upper = corners.map(([px, band]) => `${round(px)} ${round(y(band[1]))}`);
  const lower = corners.map(([px, band]) => `${round(px)} ${round(y(band[0]))}`).reverse();
  return `M${[...upper, ...lower].join('L')}Z`;
}

function line(
  points: readonly CoursePoint[],
  of: (point: CoursePoint) => number | null,
  className: string,
  x: Scale,
  y: Scale,
): Markup[] {
  return runsOf(points, (point) => of(point) !== null)
    .filter((run) => run.length > 1)
    .map((run) =>
      h('path', {
        class: className,
        d: `M${run.map((at) => `${round(x(at))} ${round(y(of(points[at]!)!))}`).join('L')}`,
      }),
    );
}

function dots(point: CoursePoint, at: number, count: number, x: Scale, y: Scale): Markup[] {
  const { realised, estimate, alert } = point;
  const value = realised ?? estimate;
  if (value === null) return [];
  const marks: Markup[] = [];
  if (estimate !== null && count <= DOTTED)
    marks.push(h('circle', { class: 'ring', cx: x(at), cy: y(estimate), r: 2.2 }));
  if (realised !== null && count <= DOTTED)
    marks.push(h('circle', { class: 'dot', cx: x(at), cy: y(realised), r: 2.6 }));
  if (alert) marks.push(h('path', { class: 'alert', d: diamond(x(at), y(value)) }));
  return marks;
}

function diamond(cx: number, cy: number): string {
  const [px, py] = [round(cx), round(cy)];
  return `M${px} ${round(py - 5)}L${round(px + 5)} ${py}L${px} ${round(py + 5)}L${round(px - 5)} ${py}Z`;
}

/** Pieces of the chart for a legend. */
export function courseKey(what: 'realised' | 'estimate' | 'band' | 'limit' | 'alert'): Markup {
  return h(
    'svg',
    { viewBox: '0 0 28 12', width: 28, height: 12, class: 'key', 'aria-hidden': 'true' },
    KEYS[what](),
  );
}

const KEYS = {
  realised: () => [
    h('line', { class: 'cur-line', x1: 1, x2: 27, y1: 6, y2: 6 }),
    h('circle', { class: 'dot', cx: 14, cy: 6, r: 2.6 }),
  ],
  estimate: () => [
    h('line', { class: 'estimate-line', x1: 1, x2: 27, y1: 6, y2: 6 }),
    h('circle', { class: 'ring', cx: 14, cy: 6, r: 2.2 }),
  ],
  band: () => [h('rect', { class: 'band', x: 1, y: 1, width: 26, height: 10 })],
  limit: () => [h('line', { class: 'limit', x1: 1, x2: 27, y1: 6, y2: 6 })],
  alert: () => [h('path', { class: 'alert', d: diamond(14, 6) })],
};

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
