// The axes of a plot: how far they reach, what is marked, how much room their words need.
import type { FigureAxis } from '../../plots/figure.ts';
import type { Box } from '../chart/frame.ts';
import { linear, logarithmic, logTicks, nice, type Scale, ticks, tickTexts } from '../chart/scale.ts';

export interface Reach {
  readonly domain: readonly [number, number];
  readonly marks: readonly number[];
  readonly text: (mark: number) => string;
}

/** `tight`: ends where the values end; `loose`: at round numbers. */
export function reachOf(
  { scale }: FigureAxis,
  values: Iterable<number>,
  ends: 'tight' | 'loose',
  count: number,
): Reach {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = scale === 'log' ? [1, 10] : [0, 1];
  if (low === high) [low, high] = widened(low, scale);
  const loose = ends === 'loose';
  const domain: readonly [number, number] =
    scale === 'log'
      ? loose
        ? [stepBelow(low), stepAbove(high)]
        : [low, high]
      : loose
        ? nice([low, high], count)
        : [low, high];
  const marks = scale === 'log' ? logTicks(domain, count) : ticks(domain, count);
  return { domain, marks, text: tickTexts(marks) };
}

/** The ends of a logarithmic axis: 1, 2 or 5 × 10ⁿ. */
function stepBelow(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  return Number(`${[5, 2, 1].find((each) => each <= (value / 10 ** power) * (1 + 1e-9))!}e${power}`);
}

function stepAbove(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  return Number(`${[1, 2, 5, 10].find((each) => each >= (value / 10 ** power) * (1 - 1e-9))!}e${power}`);
}

/** One value alone stands in the middle. */
function widened(value: number, scale: FigureAxis['scale']): [number, number] {
  if (scale === 'log') return [value / 2, value * 2];
  const room = value === 0 ? 1 : Math.abs(value) * 0.1;
  return [value - room, value + room];
}

export function scaleOf(axis: FigureAxis, { domain }: Reach, range: readonly [number, number]): Scale {
  return axis.scale === 'log' ? logarithmic(domain, range) : linear(domain, range);
}

/** A box whose left side has room for what stands there. */
export function boxFor(
  y: Reach,
  width: number,
  height: number,
  labels: { readonly x: string; readonly y: string },
): Box {
  const widest = y.marks.reduce((most, each) => Math.max(most, y.text(each).length), 1);
  return {
    left: 12 + widest * 6.2,
    right: width - 12,
    top: labels.y === '' ? 12 : 22,
    bottom: height - (labels.x === '' ? 22 : 38),
  };
}

/** What the script needs to know to say where the pointer is. */
export function hoverAxis(axis: FigureAxis, scale: Scale, from: number, to: number): string {
  return [...scale.domain, from, to, axis.scale]
    .map((each) => (typeof each === 'number' ? short(each) : each))
    .join(' ');
}

/** Enough digits for a tooltip. */
export function short(value: number): string {
  return String(Number(value.toPrecision(7)));
}
