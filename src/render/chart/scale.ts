// From data to pixels, and the round numbers to mark.

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
}

/** Linear from `domain` to `range`; a domain of one point maps to the middle. */
export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  const map = (value: number): number =>
    to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);
  return Object.assign(map, { domain });
}

/** Logarithmic; the domain is above zero. */
export function logarithmic(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const scale = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return Object.assign((value: number): number => scale(Math.log10(value)), { domain });
}

/** Powers of ten inside `domain`, with some between them where there are few. */
export function logTicks([from, to]: readonly [number, number], count: number): number[] {
  const [low, high] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const powers = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const step = Math.max(1, Math.ceil((powers.length - 2) / count));
  const decades = Math.log10(to / from);
  const factors = decades <= 1.5 ? [1, 2, 5] : decades <= 3 ? [1, 3] : [1];
  return powers
    .filter((power) => (power - low) % step === 0)
    .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
    .filter((mark) => mark >= from * (1 - 1e-9) && mark <= to * (1 + 1e-9));
}

/** About `count` multiples of 1, 2 or 5 × 10ⁿ inside `domain` (Heckbert, "Nice numbers for graph labels", 1990). */
export function ticks([from, to]: readonly [number, number], count: number): number[] {
  const step = stepOf([from, to], count);
  if (step === 0) return [from];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** `domain` widened to whole steps, so that the first and last mark stand at its ends. */
export function nice([from, to]: readonly [number, number], count: number): [number, number] {
  const step = stepOf([from, to], count);
  if (step === 0) return [from, to];
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step];
}

/** 1, 2 or 5 × 10ⁿ; 0 where there is no room for two marks. */
function stepOf([from, to]: readonly [number, number], count: number): number {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return 0;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((each) => each * power >= rough * 0.999) ?? 10);
}

/** `marks` as they stand on one axis: with as many digits as tell neighbours apart. */
export function tickTexts(marks: readonly number[]): (mark: number) => string {
  const short = new Set(marks.map(tickText));
  if (short.size === marks.length) return tickText;
  const step = Math.abs(marks[1]! - marks[0]!);
  const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step))));
  return (mark) => withMinus(mark.toFixed(digits));
}

/** A number on an axis: short, with k, M, G for the large. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  const unit = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ].find(([from]) => size >= (from as number)) as [number, string] | undefined;
  if (unit)
    return withMinus(`${Number((value / (unit[1] === 'k' ? 1e3 : unit[0])).toPrecision(3))}${unit[1]}`);
  if (size !== 0 && size < 1e-3) return withMinus(value.toExponential(0));
  return withMinus(String(Number(value.toPrecision(4))));
}

function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}
