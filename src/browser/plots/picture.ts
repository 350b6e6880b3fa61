// What a picture says of itself: its axes, and the points of its series.
import type { Axis, Plotted, Point, Series } from './plotted.ts';

export interface Picture extends Plotted {
  readonly svg: SVGSVGElement;
  readonly top: number;
  readonly bottom: number;
  /** Of x; empty where it has none. */
  readonly label: string;
}

/** Undefined for one without axes of numbers. */
export function pictureIn(stage: HTMLElement): Picture | undefined {
  const svg = stage.querySelector('svg');
  const plot = svg?.querySelector<SVGGElement>('g[data-x]');
  if (!svg || !plot) return undefined;
  const [top, bottom] = numbers(plot.dataset['box']!, ' ');
  return {
    svg,
    x: axisOf(plot.dataset['x']!),
    y: axisOf(plot.dataset['y']!),
    top: top!,
    bottom: bottom!,
    label: plot.dataset['label'] ?? '',
    series: [...plot.querySelectorAll<SVGGElement>('g[data-xy]')].map(seriesOf),
  };
}

function seriesOf({ dataset, classList }: SVGGElement): Series {
  const { name = '', xy = '', dots } = dataset;
  return {
    name,
    color: [...classList].find((each) => /^p\d$/.test(each)) ?? '',
    points: xy === '' ? [] : xy.split(' ').map((pair) => numbers(pair, ',') as unknown as Point),
    kind: dots === '1' ? 'dots' : 'line',
  };
}

/** `0 39 46 700 linear`: values, and where they are. */
function axisOf(text: string): Axis {
  const [low = '', high = '', from = '', to = '', kind] = text.split(' ');
  const [along, value] =
    kind === 'log' ? [Math.log10, (at: number) => 10 ** at] : [(at: number) => at, (at: number) => at];
  const [a, b, p, q] = [along(Number(low)), along(Number(high)), Number(from), Number(to)];
  return {
    to: (each) => (a === b ? (p + q) / 2 : p + ((along(each) - a) / (b - a)) * (q - p)),
    back: (place) => value(a + ((place - p) / (q - p)) * (b - a)),
  };
}

function numbers(text: string, between: string): number[] {
  return text.split(between).map(Number);
}
