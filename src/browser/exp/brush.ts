// A range on an upright axis: dragged with a pointer, or by two handles that arrows move. Escape takes all of it again.
import { drawn } from '../dom.ts';
import type { Axis } from './axis.ts';
import type { Model, Range } from './model.ts';

interface Place {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** Steps of the arrow keys. */
const STEP = 0.02;
const LONG_STEP = 0.1;

/** Shorter is a click, which lets go. */
const SHORTEST = 0.015;

export interface Brush {
  readonly group: SVGGElement;
  /** Shows the range that the model has. */
  update(): void;
}

export function brush(model: Model, axis: Axis, { x, top, bottom }: Place): Brush {
  const height = bottom - top;
  const y = (place: number): number => bottom - place * height;
  const range = drawn('rect', { class: 'range', x: x - 8, width: 16, rx: 2 });
  const grab = drawn('rect', { class: 'grab', x: x - 14, width: 28, y: top - 6, height: height + 12 });
  const handles = (['from', 'to'] as const).map((end) => handle(model, axis, end, x));
  const group = drawn('g', {}, grab, range, ...handles);
  const placeOf = (event: PointerEvent): number => {
    const { top: above } = group.ownerSVGElement!.getBoundingClientRect();
    return clamp((bottom - (event.clientY - above)) / height);
  };
  dragged(grab, placeOf, (start, now) => {
    const long = Math.abs(now - start) >= SHORTEST;
    model.limit(axis, long ? { from: Math.min(start, now), to: Math.max(start, now) } : undefined);
  });
  for (const [at, end] of (['from', 'to'] as const).entries())
    dragged(handles[at]!, placeOf, (_, now) => moveEnd(model, axis, end, now));
  const update = (): void => {
    const { from, to } = rangeOf(model, axis);
    const set = model.ranges.has(axis);
    range.setAttribute('y', String(y(to)));
    range.setAttribute('height', String(Math.max(0, y(from) - y(to))));
    range.setAttribute('visibility', set ? 'visible' : 'hidden');
    for (const [at, end] of [from, to].entries()) {
      const made = handles[at]!;
      made.setAttribute('transform', `translate(0 ${y(end)})`);
      made.setAttribute('class', set ? 'handle set' : 'handle');
      made.setAttribute('aria-valuenow', end.toFixed(3));
      made.setAttribute('aria-valuetext', axis.textAt(end));
    }
  };
  update();
  return { group, update };
}

function rangeOf(model: Model, axis: Axis): Range {
  return model.ranges.get(axis) ?? { from: 0, to: 1 };
}

/** `moved` gets where it began and where it is. */
function dragged(
  shape: SVGElement,
  placeOf: (event: PointerEvent) => number,
  moved: (start: number, now: number) => void,
): void {
  let start: number | undefined;
  shape.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = placeOf(event);
    shape.setPointerCapture(event.pointerId);
    shape.focus();
    event.preventDefault();
  });
  shape.addEventListener('pointermove', (event) => {
    if (start !== undefined) moved(start, placeOf(event));
  });
  shape.addEventListener('pointerup', (event) => {
    if (start !== undefined) moved(start, placeOf(event));
    start = undefined;
  });
  shape.addEventListener('pointercancel', () => {
    start = undefined;
  });
}

/** Neither end passes the other. */
function moveEnd(model: Model, axis: Axis, end: 'from' | 'to', to: number): void {
  const range = rangeOf(model, axis);
  if (end === 'from') model.limit(axis, { ...range, from: Math.min(clamp(to), range.to) });
  else model.limit(axis, { ...range, to: Math.max(clamp(to), range.from) });
}

function handle(model: Model, axis: Axis, end: 'from' | 'to', x: number): SVGGElement {
  const shape = drawn('rect', { x: x - 7, y: -3, width: 14, height: 6, rx: 3 });
  const made = drawn(
    'g',
    {
      tabindex: 0,
      role: 'slider',
      'aria-orientation': 'vertical',
      'aria-valuemin': 0,
      'aria-valuemax': 1,
      'aria-label': `${axis.title}, ${end === 'from' ? 'lowest' : 'highest'}`,
    },
    shape,
  );
  made.addEventListener('keydown', (event) => {
    const range = rangeOf(model, axis);
    const step = event.shiftKey || event.key.startsWith('Page') ? LONG_STEP : STEP;
    const wanted: { readonly [key: string]: number } = {
      ArrowUp: range[end] + step,
      ArrowRight: range[end] + step,
      PageUp: range[end] + step,
      ArrowDown: range[end] - step,
      ArrowLeft: range[end] - step,
      PageDown: range[end] - step,
      Home: 0,
      End: 1,
    };
    const to = wanted[event.key];
    if (event.key === 'Escape') model.limit(axis, undefined);
    else if (to === undefined) return;
    else moveEnd(model, axis, end, to);
    event.preventDefault();
  });
  return made;
}

function clamp(place: number): number {
  return Math.min(1, Math.max(0, place));
}
