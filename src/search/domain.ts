// The values of one dimension, and where they lie on the line that is searched: its logarithm, for a log scale.
import type { Json } from '../core/json.ts';
import type { Domain, Numbers } from './space.ts';

/** How many values there are; null = no end of them. */
export function sizeOf(domain: Domain): number | null {
  if (domain.kind === 'choice') return domain.values.length;
  if (domain.low === domain.high) return 1;
  return domain.step === null ? null : stepsIn(domain.low, domain.high, domain.step) + 1;
}

/** Steps from `low` that do not lead beyond `high`; one that ends a rounding error behind it counts. */
export function stepsIn(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9);
}

/** Of a domain that has a size. */
export function valueAt(domain: Domain, index: number): Json {
  if (domain.kind === 'choice') return domain.values[index]!;
  return domain.step === null ? domain.low : stepped(domain.low, domain.step, index);
}

/** `low + index · step` with no more decimals than the two have: 0.1 + 2 · 0.1 is 0.3. */
export function stepped(low: number, step: number, index: number): number {
  const decimals = Math.max(decimalsOf(low), decimalsOf(step));
  const value = low + index * step;
  const round = decimals > 100 ? value : Number(value.toFixed(decimals));
  return round === 0 ? 0 : round; // -0 is 0
}

function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))!;
  return Math.max(0, fraction.length - Number(exponent));
}

/** A part of the line. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** All of it. With steps, each value has half a step around it, so that those at the ends are as likely as others. */
export function lineOf(domain: Numbers): Stretch {
  return { from: cellOf(domain, domain.low).from, to: cellOf(domain, domain.high).to };
}

/** What of the line belongs to one value: nothing but itself, where there are no steps. */
export function cellOf(domain: Numbers, value: number): Stretch {
  if (domain.step === null) return { from: onLine(domain, value), to: onLine(domain, value) };
  const half = domain.step / 2;
  // The logarithm ends at 0, which half a step below the lowest may lie beyond.
  const from = domain.scale === 'log' ? Math.max(value - half, value / 2) : value - half;
  return { from: onLine(domain, from), to: onLine(domain, value + half) };
}

export function onLine({ scale }: Numbers, value: number): number {
  return scale === 'log' ? Math.log(value) : value;
}

/** The value whose place on the line is nearest to `place`. */
export function nearest(domain: Numbers, place: number): number {
  const value = domain.scale === 'log' ? Math.exp(place) : place;
  if (domain.step === null) return Math.min(domain.high, Math.max(domain.low, value));
  const last = stepsIn(domain.low, domain.high, domain.step);
  const index = Math.round((value - domain.low) / domain.step);
  return stepped(domain.low, domain.step, Math.min(last, Math.max(0, index)));
}
