// Parallel coordinates: an axis a column, a line a row. Better is darker; what a row lacks is a gap in its line.
import { cssColor, drawn } from '../dom.ts';
import type { Axis } from './axis.ts';
import { type Brush, brush } from './brush.ts';
import { colorsOf, strength } from './color.ts';
import { type Field, fieldIn, once, pointIn } from './field.ts';
import type { Model } from './model.ts';
import type { Tip } from './tip.ts';

const HEIGHT = 340;
const TOP = 52;
const BOTTOM = HEIGHT - 22;
/** Narrower than this, axes are reached by scrolling. */
const SPACE = 104;
const SIDE = 58;

export function parallel(parent: HTMLElement, model: Model, tip: Tip): void {
  // What was chosen, then what came of it.
  const axes = [
    ...model.axes.filter(({ cell }) => cell.kind === 'value'),
    ...model.axes.filter(({ cell }) => cell.kind === 'duration'),
  ];
  if (axes.length < 2) {
    parent.closest('section')!.hidden = true;
    return;
  }
  let chart = new Chart(parent, model, axes);
  const redraw = once(() => chart.drawAll());
  model.on(['color'], redraw);
  model.on(['rows'], () => {
    for (const each of chart.brushes) each.update();
    redraw();
  });
  model.on(
    ['mark'],
    once(() => chart.drawMarked()),
  );
  const listen = (): void => pointed(chart, model, tip);
  listen();
  new ResizeObserver(
    once(() => {
      if (widthFor(parent, axes) === chart.field.width) return;
      chart = new Chart(parent, model, axes);
      listen();
    }),
  ).observe(parent);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

function widthFor(parent: HTMLElement, axes: readonly Axis[]): number {
  return Math.max(parent.clientWidth, 2 * SIDE + SPACE * (axes.length - 1));
}

class Chart {
  readonly field: Field;
  readonly brushes: readonly Brush[];
  readonly #model: Model;
  readonly #axes: readonly Axis[];
  readonly #xs: readonly number[];

  constructor(parent: HTMLElement, model: Model, axes: readonly Axis[]) {
    const width = widthFor(parent, axes);
    const gap = (width - 2 * SIDE) / (axes.length - 1);
    this.#model = model;
    this.#axes = axes;
    this.#xs = axes.map((_, at) => SIDE + gap * at);
    const names = axes.map(({ title }) => title).join(', ');
    this.field = fieldIn(
      parent,
      `Parallel coordinates of ${names}; the table below has the same values`,
      width,
      HEIGHT,
    );
    this.brushes = axes.map((axis, at) => brush(model, axis, { x: this.#xs[at]!, top: TOP, bottom: BOTTOM }));
    for (const [at, axis] of axes.entries())
      this.field.svg.append(
        axisGroup(axis, this.#xs[at]!, gap, this.brushes[at]!.group, endOf(at, axes.length)),
      );
    this.drawAll();
  }

  drawAll(): void {
    const context = this.field.all();
    const { color, rows, shown } = this.#model;
    const colors = colorsOf(this.#model);
    context.lineWidth = 1;
    context.strokeStyle = cssColor('--faint');
    for (const row of rows.keys()) if (!shown.has(row)) this.#line(context, row);
    const order = [...shown];
    if (color) {
      const rank = (row: number): number => strength(color, color.places[row]!) || -1;
      order.sort((a, b) => rank(a) - rank(b));
    }
    context.lineWidth = shown.size > 300 ? 1 : shown.size > 60 ? 1.3 : 1.8;
    context.globalAlpha = Math.min(0.85, Math.max(0.3, 150 / shown.size));
    for (const row of order) {
      context.strokeStyle = colors[row]!;
      this.#line(context, row);
    }
    this.drawMarked();
  }

  drawMarked(): void {
    const context = this.field.marked();
    const { chosen, hovered } = this.#model;
    context.lineJoin = 'round';
    for (const [row, color, width] of [
      [hovered, '--ink', 2],
      [chosen, '--s2', 3],
    ] as const) {
      if (row === undefined) continue;
      context.strokeStyle = cssColor('--card');
      context.lineWidth = width + 3;
      this.#line(context, row);
      context.strokeStyle = cssColor(color);
      context.lineWidth = width;
      this.#line(context, row);
    }
  }

  /** The shown row whose line runs nearest below the pointer, if it is near. */
  rowAt({ x, y }: { readonly x: number; readonly y: number }): number | undefined {
    const right = this.#xs.findIndex((each) => each >= x);
    if (right < 1) return undefined;
    const [a, b] = [this.#axes[right - 1]!, this.#axes[right]!];
    const part = (x - this.#xs[right - 1]!) / (this.#xs[right]! - this.#xs[right - 1]!);
    let found: number | undefined;
    let nearest = 7;
    for (const row of this.#model.shown) {
      const place = a.places[row]! + part * (b.places[row]! - a.places[row]!);
      const far = Math.abs(yOf(place) - y);
      if (far < nearest) [found, nearest] = [row, far];
    }
    return found;
  }

  #line(context: CanvasRenderingContext2D, row: number): void {
    context.beginPath();
    let down = false;
    for (const [at, { places }] of this.#axes.entries()) {
      const place = places[row]!;
      if (Number.isNaN(place)) down = false;
      else if (down) context.lineTo(this.#xs[at]!, yOf(place));
      else {
        context.moveTo(this.#xs[at]!, yOf(place));
        down = true;
      }
    }
    context.stroke();
  }
}

function yOf(place: number): number {
  return BOTTOM - place * (BOTTOM - TOP);
}

function axisGroup(axis: Axis, x: number, gap: number, handles: SVGGElement, at: End): SVGGElement {
  const good = axis.better === 'max' ? '↑ better' : axis.better === 'min' ? '↓ better' : '';
  const note = [axis.scale === 'log' ? 'log' : '', good].filter((part) => part !== '').join(' · ');
  // Titles at the ends have room on one side only.
  const anchor = { first: 'start', between: 'middle', last: 'end' }[at];
  const from = x + { first: 10 - SIDE, between: 0, last: SIDE - 10 }[at];
  return drawn(
    'g',
    {},
    drawn(
      'text',
      { class: 'title', x: from, y: 20, 'text-anchor': anchor },
      short(axis.title, gap - 10, 7),
      drawn('title', {}, axis.title),
    ),
    drawn('text', { x: from, y: 34, 'text-anchor': anchor, 'font-size': 10.5 }, note),
    drawn('line', { class: 'rail-line', x1: x, x2: x, y1: TOP, y2: BOTTOM }),
    handles,
    ...axis.marks.map((mark) =>
      drawn(
        'text',
        { class: 'halo', x: x + 11, y: yOf(mark.at) + 4, 'pointer-events': 'none' },
        short(mark.text, at === 'last' ? SIDE - 12 : gap - 22, 6.4),
      ),
    ),
  );
}

function endOf(at: number, count: number): End {
  return at === 0 ? 'first' : at === count - 1 ? 'last' : 'between';
}

type End = 'first' | 'between' | 'last';

function short(text: string, pixels: number, perChar: number): string {
  const room = Math.max(5, Math.floor(pixels / perChar));
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

function pointed(chart: Chart, model: Model, tip: Tip): void {
  const { box } = chart.field;
  box.addEventListener('pointermove', (event) => {
    const row = event.buttons === 0 ? chart.rowAt(pointIn(chart.field, event)) : undefined;
    box.style.cursor = row === undefined ? '' : 'pointer';
    model.hover(row);
    tip.show(row, event);
  });
  box.addEventListener('pointerleave', () => {
    model.hover(undefined);
    tip.show(undefined);
  });
  box.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('.grab,.handle')) return;
    const row = chart.rowAt(pointIn(chart.field, event));
    if (row !== undefined) model.choose(row);
  });
}
